"""The SQL back end: the same tree as an expression of SQLite or PostgreSQL."""
