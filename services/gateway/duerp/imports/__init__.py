"""Imports of DUERPs: files that are read, confirmed by a person, and written (ADR 37)."""
