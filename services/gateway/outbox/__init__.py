"""Accepted events until their jobs end, and the one replica that publishes them."""
