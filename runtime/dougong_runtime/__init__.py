"""Living in a published app: fill, list, approve, read."""
