"""Assembly of a document's text from its sections, with spans right by construction."""

import re
from collections.abc import Iterable
from dataclasses import replace

from services.ingest.ports import ParsedDocument, Section, Table
from shared.contracts.remarks import Remark
from shared.errors import EmptyDocument, UnreadableDocument, VigieError

_SPACE = re.compile(r"[ \t\n]+")
_BETWEEN = "\n\n"


def placed_under(document: ParsedDocument, start: int, headings: tuple[str, ...]) -> tuple[list[Section], list[Table]]:
    """Return the sections and tables of a file within a file, whose text begins at `start`, under its name."""
    sections = [
        replace(each, headings=(*headings, *each.headings), start=each.start + start, end=each.end + start)
        for each in document.sections
    ]
    tables = [
        replace(each, starts=[place + start for place in each.starts], end=each.end + start) for each in document.tables
    ]
    return sections, tables


class TextAssembly:
    """Builds a text section by section, with an empty line between two."""

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


def without_text(remarks: Iterable[Remark]) -> VigieError:
    """Return the error of a file of which no text was read: it is empty only where nothing was left unread."""
    return UnreadableDocument(reason="unread-parts") if tuple(remarks) else EmptyDocument()


def on_one_line(text: str) -> str:
    """Return the text without line breaks, its spaces collapsed; no-break spaces are typography and stay."""
    return _SPACE.sub(" ", text).strip()


def title(text: str) -> str:
    """Return a heading on one line, without stray white space."""
    return " ".join(text.split())
