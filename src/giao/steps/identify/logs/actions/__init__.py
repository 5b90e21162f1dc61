"""What can be done with an uploaded log; one act a file."""
