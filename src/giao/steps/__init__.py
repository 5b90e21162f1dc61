"""The five steps of an engagement: one Django app for each, and for its wings. They never import each other."""
