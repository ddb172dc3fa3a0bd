"""The catalog as a whole: whether its documents fit, and how it is stored, edited, compared and browsed."""
