"""Close a month together: review, the vendor's invoice, disputes line by line, exclusions, the close itself."""
