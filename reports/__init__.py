"""The read side: queries over the marts as typed read models. Writes nothing."""
