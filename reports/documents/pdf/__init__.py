"""Reports as PDF: a template of ours set by typst, and the data that it sets."""
