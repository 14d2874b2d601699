"""Versions of a DUERP: frozen, kept, verified, compared."""
