"""What either side owes beside the work, and the facts that computing needs: told here, kept in the ledger."""
