"""One act, one file: checks, one transaction, what is recorded, named errors."""
