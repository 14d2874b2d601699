"""What the generator asks of a backend, and the values that they speak."""

import math
from collections.abc import AsyncGenerator, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from shared.contracts.confidentiality import Confidentiality
from shared.contracts.passages import Passage
from shared.contracts.questions import Evidence

SLOW = "slow"
"""The reason of a ModelUnavailable when time is up: for a slot, the first token, between two, or for the whole."""

INPUT_REFUSED = "refused input"
"""The reason when a server refuses this one request: that says nothing of its health."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model reads: its instructions, then the question with the sources. `schema`: of its answer, if JSON."""

    system: str
    user: str
    schema: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of a model's text; `finish` is set on the last: `stop`, or `length` at the longest output."""

    text: str
    finish: str | None = None


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
        seconds: how long the writing may take, the wait for a slot included.
    """

    question: str
    language: str
    sources: tuple[Source, ...]
    seconds: float = math.inf


@dataclass(frozen=True, slots=True)
class Claim:
    """That these words stand in this passage, and carry the sentence.

    `quote` is None where a model cites a passage without quoting it: the check of support finds the words.
    """

    passage: str
    quote: str | None


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """One sentence as a backend wrote it, with its markers `[n]`; not believed before citations.py has checked it.

    Attributes:
        written: by a model, so that what it cites must support it (support.py).
    """

    text: str
    claims: tuple[Claim, ...]
    written: bool = False


@dataclass(frozen=True, slots=True)
class Truncated:
    """The model reached its longest output; the sentence that it was in is left out."""


class Backend(Protocol):
    """Writes an answer from passages, a sentence at a time.

    Attributes:
        name: as a generation plan names it.
        mode: what clients tell people: `extractive` when every word is quoted, `generated` when a model wrote.
        model: what writes, if a model does; prompt: the version of its instructions.
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
        """Sentences in reading order, each as soon as it is whole; none when there is nothing to say.

        Closing the generator ends the work behind it.

        Raises:
            ModelUnavailable: the model is down, too slow, or broke off; what came before stands.
            Overloaded: its slots and its queue are full; nothing was written.
        """
        ...


class TextModel(Protocol):
    """A language model behind an API (models/openai.py, models/ollama.py)."""

    def stream(self, prompt: Prompt) -> AsyncGenerator[Delta, None]:
        """What it writes, piece by piece, the last with why it ended.

        Closing the generator aborts the request.

        Raises:
            ModelUnavailable: it cannot be reached, refuses, or breaks off.
        """
        ...


class Texts(Protocol):
    """Sentences for people (shared/language/catalogue.py)."""

    def text(self, language: str, key: str, **params: str | float) -> str: ...
