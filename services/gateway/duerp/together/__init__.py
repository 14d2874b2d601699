"""Many entries at once: decided, moved, archived, shared, copied with their work unit."""
