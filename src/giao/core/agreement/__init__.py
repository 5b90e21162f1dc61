"""What was promised, and whether it is kept: the document, clocks, KPIs, credits, pricing, invoice."""
