"""Monitor: service levels, cases, the clocks of a case, work at risk, the vendor's own figures beside ours. Reads only."""
