"""What every page stands in: the session of its reader, forms, tables, figures, assets, and how it is rendered."""
