"""What the review asks of the documents."""

from collections.abc import Collection
from typing import Protocol
from uuid import UUID


class DocumentVersionStates(Protocol):
    """Versions of documents, as evidence names them."""

    async def replaced(self, scope: str, versions: Collection[UUID]) -> frozenset[UUID]:
        """Those of the versions, public or the scope's, that were withdrawn or replaced by another content.

        Codes of law are left out: their articles are compared one by one.
        """
        ...
