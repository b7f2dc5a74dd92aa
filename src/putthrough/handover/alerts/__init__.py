"""A life may be at risk: who is told, one after the other, until a named person says that they have it."""
