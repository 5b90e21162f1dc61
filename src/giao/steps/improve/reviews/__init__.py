"""Reviews of the months: statements as computed, in the form of an invoice."""
