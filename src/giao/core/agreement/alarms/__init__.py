"""Alarm rules: which numbers a condition sees, and for which subjects it holds. No database, no clock of its own."""
