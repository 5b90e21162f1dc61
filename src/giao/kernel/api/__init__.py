"""What every address of the REST API shares: who asks, where it stands, problems, pages, tags, repeats."""
