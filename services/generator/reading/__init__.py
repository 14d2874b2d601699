"""A language model reads the description of a work unit: which clause tells of which family of risks (ADR 72)."""
