"""Records that no service could handle, by what went wrong and where, as those who look after the platform see them.

Pure. Nothing of what a record says is here: the gateway does not tell it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.http_api.dead_letters import DeadLetterView


@dataclass(frozen=True, slots=True)
class LetterClass:
    """Dead letters with one code on one topic, the latest first."""

    code: str
    title: str
    topic: str
    letters: Sequence[DeadLetterView]

    @property
    def to_send(self) -> Sequence[str]:
        """The ids of those whose document may be sent through the chain again."""
        return [str(each.id) for each in self.letters if each.may_send]

    @property
    def ids(self) -> Sequence[str]:
        """The ids of all."""
        return [str(each.id) for each in self.letters]


def letter_classes(letters: Iterable[DeadLetterView]) -> list[LetterClass]:
    """Return dead letters by code and topic, the class with most of them first."""
    found: dict[tuple[str, str], list[DeadLetterView]] = {}
    for each in letters:
        found.setdefault((each.code, each.topic), []).append(each)
    classes = [LetterClass(code, rows[0].title, topic, rows) for (code, topic), rows in found.items()]
    return sorted(classes, key=lambda each: (-len(each.letters), each.code, each.topic))
