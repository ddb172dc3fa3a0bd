"""Charts of published numbers: Vega-Lite specifications, with their tables and words, and pictures of them."""
