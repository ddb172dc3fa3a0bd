"""The catalog over HTTP: documents, their history, import and export, lineage, check-ins."""
