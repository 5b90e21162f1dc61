"""Step 3, agree: what is promised, in one document that is also the program."""
