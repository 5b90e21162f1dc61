"""Who is asking: people with a second factor, service accounts with tokens, invitations, sessions."""
