"""Who did what, and who signed in: written once, never changed."""
