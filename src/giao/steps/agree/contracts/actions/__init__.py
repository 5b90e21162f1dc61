"""What can be done with an agreement here; one act a file."""
