"""What a route takes as a body: its kind, which sets how much of it is read, and who may send one at all."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeVar

from shared.access import Principal

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

_JSON_BYTES = 64 * 1024
_QUESTION_BYTES = 1024 * 1024
_FORM_OVERHEAD_BYTES = 64 * 1024
_ESCAPED_CHAR_BYTES = 12
"""The longest that JSON makes of a character: two escapes of six bytes."""


class BodyKind(Enum):
    """JSON of a few fields, one with a question, a whole chat, or a form with one file."""

    JSON = auto()
    QUESTION = auto()
    CHAT = auto()
    FILE = auto()


MOST_VALUES = {BodyKind.JSON: 2_000, BodyKind.QUESTION: 2_000, BodyKind.CHAT: 20_000}
"""Values in the JSON of a body: a question has ten, a document's metadata forty, a chat four a message."""


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """The largest body of each kind, bytes.

    Args:
        max_upload_bytes: largest file.
        max_question_chars: longest question; there is room for it however it is escaped.
    """

    max_upload_bytes: int
    max_question_chars: int

    def of(self, kind: BodyKind) -> int:
        match kind:
            case BodyKind.FILE:
                return self.max_upload_bytes + _FORM_OVERHEAD_BYTES
            case BodyKind.QUESTION | BodyKind.CHAT:
                return max(_QUESTION_BYTES, self.max_question_chars * _ESCAPED_CHAR_BYTES + _JSON_BYTES)
            case BodyKind.JSON:
                return _JSON_BYTES


@dataclass(frozen=True, slots=True)
class Taken:
    """What one route takes; `sender` says who may send it, everybody with a token when it is None."""

    kind: BodyKind = BodyKind.JSON
    sender: Callable[[Principal], bool] | None = None


_DECLARED: dict[Callable[..., Any], Taken] = {}


def takes(kind: BodyKind, sender: Callable[[Principal], bool] | None = None) -> Callable[[Endpoint], Endpoint]:
    """Declare an endpoint's body, which is small JSON where nothing is declared.

    Args:
        sender: who may send it; somebody else is refused before any of it is read.
    """

    def declare(endpoint: Endpoint) -> Endpoint:
        _DECLARED[endpoint] = Taken(kind, sender)
        return endpoint

    return declare


def taken_by(endpoint: Callable[..., Any] | None) -> Taken:
    """Return what the endpoint takes."""
    return _DECLARED.get(endpoint, Taken()) if endpoint else Taken()
