"""The contracts: catalog documents, formula language, PostgreSQL tables and their migrations."""
