"""Port of language models, for every task."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

SLOW = "slow"
"""The reason of a ModelUnavailable when time is up: for a slot, the first token, between two, or for the whole."""

INPUT_REFUSED = "refused input"
"""The reason when a server refuses this one request: that says nothing of its health."""


FINISHED = frozenset({"stop", "length"})
"""Why a whole answer ended."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model reads.

    Attributes:
        name: of what is asked for, such as `answer`; servers that want a name for the schema get it.
        system: its instructions.
        user: what they are about.
        schema: JSON schema of the output; None asks for plain text.
    """

    name: str
    system: str
    user: str
    schema: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that a server counts of one answer: what it has read, and what it has written."""

    read: int
    written: int


def usage_of(read: object, written: object) -> Usage | None:
    """Return what a server has told, None for anything but two counts: an answer does not fail for that."""
    if type(read) is not int or type(written) is not int or read < 0 or written < 0:
        return None
    return Usage(read, written)


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of a model's text; `finish` is set on the last: `stop`, or `length` at the longest output.

    `usage` stands there where the server tells it with the last piece.
    """

    text: str
    finish: str | None = None
    usage: Usage | None = None


class TextModel(Protocol):
    """A language model behind an API (openai.py, ollama.py)."""

    def stream(self, prompt: Prompt) -> AsyncGenerator[Delta, None]:
        """Yield the text piece by piece, the last piece with why it ended.

        Closing the generator aborts the request.

        Raises:
            ModelUnavailable: the server cannot be reached, refuses, or breaks off.
        """
        ...
