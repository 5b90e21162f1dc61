"""The server's ground: who is who, which engagement, which agreement is in force, and what follows from it."""
