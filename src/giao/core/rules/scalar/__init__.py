"""The scalar back end: a tree becomes a closure over its parts, called with the names' values."""
