"""Traces and metrics of a process, and the trace that a message carries."""
