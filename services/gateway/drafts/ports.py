"""What drafting asks of the chain, of the embedder and of a language model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.access import Principal
from shared.contracts.descriptions import ReadRisk
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


@dataclass(frozen=True, slots=True)
class ModelReading:
    """What a language model read in clauses, and how many of the things that it wrote did not validate."""

    model: str
    risks: Sequence[ReadRisk]
    dropped: int


class DescriptionReader(Protocol):
    """Has a language model read what a description says."""

    async def read(self, subject: str, scope: str, clauses: Sequence[str], language: str) -> ModelReading | None:
        """What it reads; None where no model reads descriptions.

        Args:
            subject: the person for whom it is asked.
            scope: of the unit whose text it is.
            clauses: that say what is there; a risk names one by its number, from 1.
            language: in which hazards are to be written.

        Raises:
            Unavailable: the generator or the model does not answer, or answers nonsense.
        """
        ...


class NoReader:
    """Reads nothing (port: DescriptionReader)."""

    async def read(self, _subject: str, _scope: str, _clauses: Sequence[str], _language: str) -> ModelReading | None:
        return None
