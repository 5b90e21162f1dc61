"""Files of an engagement: named by their content, encrypted on disk, checked for size, kind and what a scanner says."""
