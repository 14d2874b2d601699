"""The ground: SQLite or PostgreSQL, the tables of all features, migrations."""
