"""Risk lines proposed from the description of a work unit, by rules and words kept as data; no model is asked."""
