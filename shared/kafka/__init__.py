"""The message queue."""
