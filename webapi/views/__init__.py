"""What views are built from: the blueprint with its decorators, schemas, pages of lists, audited writes."""
