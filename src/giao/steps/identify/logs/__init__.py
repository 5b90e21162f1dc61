"""Event logs of one's own: upload, mapping, import with its report, undoing."""
