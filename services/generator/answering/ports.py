"""Ports of answering: the backend that writes, the texts for people."""

import math
from collections.abc import AsyncGenerator, Collection
from dataclasses import dataclass
from typing import Protocol

from services.generator.answering.read_question import ReadQuestion
from services.generator.grounding.citations import DraftSentence
from services.generator.grounding.sources import Source
from shared.contracts.confidentiality import Confidentiality


@dataclass(frozen=True, slots=True)
class WritingRequest:
    """What a backend writes from.

    Attributes:
        question: what is asked, read.
        language: of the answer, ISO 639-1.
        sources: best first; the marker `[n]` in a sentence means `sources[n - 1]`.
        seconds: how long the writing may take, the wait for a slot included.
    """

    question: ReadQuestion
    language: str
    sources: tuple[Source, ...]
    seconds: float = math.inf


@dataclass(frozen=True, slots=True)
class Truncated:
    """The model reached its longest output; the sentence that it was in is left out."""


class Backend(Protocol):
    """Writes an answer from passages, a sentence at a time.

    Attributes:
        name: as a generation plan names it.
        mode: what clients tell people: `extractive` when every word is quoted, `generated` when a model wrote.
        model: the model's name; None when every word is quoted.
        prompt: the version of the model's instructions.
        classes: of confidentiality, that it may see.
    """

    @property
    def name(self) -> str: ...

    @property
    def mode(self) -> str: ...

    @property
    def model(self) -> str | None: ...

    @property
    def prompt(self) -> str | None: ...

    @property
    def classes(self) -> Collection[Confidentiality]: ...

    def write(self, request: WritingRequest) -> AsyncGenerator[DraftSentence | Truncated, None]:
        """Yield sentences in reading order, each as soon as it is whole; none when there is nothing to say.

        Closing the generator ends the work behind it.

        Raises:
            ModelUnavailable: the model is down, too slow, or broke off; what came before stands.
            Overloaded: its slots and its queue are full; nothing was written.
        """
        ...


class Texts(Protocol):
    """Sentences for people (shared/language/catalogue.py)."""

    def text(self, language: str, key: str, **params: str | float) -> str: ...
