"""The processes of an installation: one after the other in one terminal, or each in a container of its own."""
