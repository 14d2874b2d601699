"""A unit's DUERP: its home, its lines in a table, a line's page, versions and files."""
