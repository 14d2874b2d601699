"""What the generator asks of a backend, and the values that they speak."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from shared.messages import Evidence
from shared.passages import Passage


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that an answer may cite, and how it was found. The person may read it."""

    passage: Passage
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class WritingRequest:
    """What a backend writes from.

    Attributes:
        question: the person's words.
        language: of the answer, ISO 639-1.
        sources: best first; the marker `[n]` in a sentence means `sources[n - 1]`.
    """

    question: str
    language: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """That these words stand in this passage, and carry the sentence."""

    passage: str
    quote: str


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """One sentence as a backend wrote it, with its markers `[n]`; not believed before citations.py has checked it."""

    text: str
    claims: tuple[Claim, ...]


class Backend(Protocol):
    """Writes an answer from passages, a sentence at a time.

    Attributes:
        name: as a generation plan names it.
        mode: what clients tell people: `extractive` when every word is quoted, `generated` when a model wrote.
    """

    @property
    def name(self) -> str: ...

    @property
    def mode(self) -> str: ...

    def write(self, request: WritingRequest) -> AsyncGenerator[DraftSentence, None]:
        """Sentences in reading order, each as soon as it is whole; none when there is nothing to say.

        Closing the generator ends the work behind it.

        Raises:
            Unavailable: the model behind it cannot be reached.
        """
        ...


class Texts(Protocol):
    """Sentences for people (shared/catalogue.py)."""

    def text(self, language: str, key: str, **params: str | float) -> str: ...
