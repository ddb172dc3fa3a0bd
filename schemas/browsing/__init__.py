"""The catalog for those who look around in it: search, what refers to what, neighbours in the lineage, differences."""
