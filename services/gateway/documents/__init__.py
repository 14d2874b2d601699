"""Documents: accepted, followed, listed, opened, withdrawn."""
