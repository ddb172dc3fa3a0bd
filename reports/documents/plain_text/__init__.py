"""The plain-text twin of a report: what mail readers without HTML, and ears, are given."""
