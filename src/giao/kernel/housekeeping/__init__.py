"""What a server does by itself: seal long tails, apply rules of retention, remove what is due, purge what is over."""
