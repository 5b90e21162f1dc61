"""What can be done with an engagement; one act a file."""
