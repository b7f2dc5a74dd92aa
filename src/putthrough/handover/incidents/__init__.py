"""Many messages about one event: gathered, confirmed by a person, answered with one agreed line."""
