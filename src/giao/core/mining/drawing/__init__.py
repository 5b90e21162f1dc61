"""Pictures of results: SVG that needs nothing else, readable in light and dark and in print."""
