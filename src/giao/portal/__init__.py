"""Pages that belong to no single step: sign-in, control tower, engagement, search, audit, account."""
