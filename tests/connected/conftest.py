"""The broker of the end-to-end tests, for those that need a server beside it."""

from tests.e2e.conftest import broker

__all__ = ["broker"]
