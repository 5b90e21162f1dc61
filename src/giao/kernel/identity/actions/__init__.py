"""What can be done with identities; one act a file."""
