"""Dead letters, listed for who looks after the platform, and what is done about each."""
