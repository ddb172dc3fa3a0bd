"""The v1 reporting API over the marts and the catalog: app factory, identity, resources, caching."""
