"""Drafting a unit's DUERP: lines from a description, with evidence that the chain of questions finds."""
