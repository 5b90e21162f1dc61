"""Who works on a case, and what one side asks the other about it."""
