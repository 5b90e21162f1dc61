"""Acts on alarms and their rules: each checks, writes the audit trail, and tells who came second what changed."""
