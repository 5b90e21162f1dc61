"""What people do about rejected events; one act a file."""
