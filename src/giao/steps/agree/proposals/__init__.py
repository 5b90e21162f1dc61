"""Changes of an agreement go to and fro between its two sides until both accept one."""
