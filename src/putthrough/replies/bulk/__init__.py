"""One agreed line to many people, each once."""
