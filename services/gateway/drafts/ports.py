"""What drafting asks of the chain and of the embedder."""

from collections.abc import Sequence
from typing import Protocol

from shared.access import Principal
from shared.http_api.duerp.lines import LineEvidence

Vector = Sequence[float]


class EvidenceFinder(Protocol):
    """Finds passages."""

    async def find(self, principal: Principal, text: str, articles: Sequence[str]) -> Sequence[LineEvidence]:
        """Passages that a person may read: the articles named, and what else answers the text.

        Raises:
            Unavailable: the chain does not answer.
        """
        ...


class ClauseVectors(Protocol):
    """Gives clauses their vectors."""

    async def of(self, subject: str, scope: str, texts: Sequence[str]) -> Sequence[Vector] | None:
        """Vectors of clauses, in their order; None where the model in use has no second reader.

        Args:
            subject: the person for whom it is asked.
            scope: of the unit whose text it is.

        Raises:
            Unavailable: the embedder does not answer.
        """
        ...
