"""Pages that move by themselves: who watches which engagement, and the word that something changed."""
