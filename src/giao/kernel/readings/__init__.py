"""What follows from (agreement, ledger, as of): computed once, stored, and served to every page from there."""
