"""Figures of one DUERP, and statistics of a delegation's."""
