"""A language model on this machine, for the embedded stack: its weights, and the server that it is behind."""
