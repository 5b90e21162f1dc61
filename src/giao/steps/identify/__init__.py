"""Step 1, identify: what could be handed over, and what its logs say."""
