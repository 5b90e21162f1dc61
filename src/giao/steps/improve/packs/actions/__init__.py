"""Business acts of this wing, one file each."""
