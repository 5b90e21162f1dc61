"""What can be done with people and organisations; one act a file."""
