"""The engagement: one piece of outsourced work between a client and a vendor, with its agreement and its log."""
