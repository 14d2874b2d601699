"""Backends by the name that a generation plan gives them."""

from collections.abc import Iterable, Mapping

from services.generator.ports import Backend
from shared.errors import InvalidInput


class Backends:
    """The backends that this worker has.

    Args:
        backends: their names must differ.
    """

    def __init__(self, backends: Iterable[Backend]) -> None:
        self._backends: Mapping[str, Backend] = {backend.name: backend for backend in backends}

    def named(self, name: str) -> Backend:
        """The backend of this name.

        Raises:
            InvalidInput: there is none.
        """
        backend = self._backends.get(name)
        if backend is None:
            raise InvalidInput(reason="unknown generation backend")
        return backend
