"""One act a file."""
