"""Scales: how a rating is computed, and those that a unit may begin with."""
