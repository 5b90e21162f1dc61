"""What the work costs: charge lines by kind, bands, minimums, indexation, currency."""
