"""Documents: sent, followed until they are findable, looked into, withdrawn."""
