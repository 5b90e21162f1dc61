"""Step 5, improve: what was kept, what is owed, what to do better."""
