"""Puts a document's text together from its sections, so that spans are right by construction."""

import re
from collections.abc import Iterable

_SPACE = re.compile(r"[ \t\n]+")
_BETWEEN = "\n\n"


class TextAssembly:
    """Grows a text section by section; what parts them is an empty line."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0

    def add(self, lines: Iterable[str]) -> tuple[int, int]:
        """Append a section's lines.

        Returns:
            Start and end of the section in the text.
        """
        text = "\n".join(lines)
        if self._parts:
            self._parts.append(_BETWEEN)
            self._length += len(_BETWEEN)
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        return start, self._length

    @property
    def text(self) -> str:
        return "".join(self._parts)


def on_one_line(text: str) -> str:
    """The text without line breaks, its spaces collapsed; no-break spaces are typography and stay."""
    return _SPACE.sub(" ", text).strip()


def title(text: str) -> str:
    """A heading on one line, without the stray white space that publishers leave in theirs."""
    return " ".join(text.split())
