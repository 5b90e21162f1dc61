"""The seeded example: two real or simulated logs, agreements written for them, and two organisations."""
