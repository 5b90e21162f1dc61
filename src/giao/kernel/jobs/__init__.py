"""Long work of a page: it goes on when the page is left, says how far it is, and outlives its process."""
