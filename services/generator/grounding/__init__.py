"""What an answer stands on: its passages, and the checks that each sentence must pass."""
