"""What a service is while it runs: its parts, its life cycle, its probes."""
