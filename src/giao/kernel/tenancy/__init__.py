"""Whose rows a request or a job sees, at the request and in the database."""
