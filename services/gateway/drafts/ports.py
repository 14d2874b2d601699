"""What drafting asks of the chain."""

from collections.abc import Sequence
from typing import Protocol

from shared.access import Principal
from shared.http_api.duerp.lines import LineEvidence


class EvidenceFinder(Protocol):
    """Finds passages."""

    async def find(self, principal: Principal, text: str, articles: Sequence[str]) -> Sequence[LineEvidence]:
        """Passages that a person may read: the articles named, and what else answers the text.

        Raises:
            Unavailable: the chain does not answer.
        """
        ...
