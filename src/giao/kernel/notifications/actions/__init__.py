"""What can be done here; one act a file."""
