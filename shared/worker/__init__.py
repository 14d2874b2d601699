"""A service at run time: shared parts, life cycle, probes, server."""
