"""One business act a file."""
