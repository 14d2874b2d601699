"""Passages that a text may cite, and the checks of each sentence that cites them, for every task."""
