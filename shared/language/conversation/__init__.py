"""Questions that do not stand alone: completed from what was asked before. Pure; the standard library alone."""
