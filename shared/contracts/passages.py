"""Passages: what documents are cut into, what is searched, and what a citation opens."""

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Frozen

_SEPARATOR = re.compile(r"(?:^|(?<= ))\|(?= |$)")


class Origin(StrEnum):
    """Whose document a passage is of.

    `corpus`: a public corpus, as its publisher gives it out; `unit`, `delegation`: a file that somebody sent to theirs;
    `upload`: a file that somebody sent for everybody.
    """

    CORPUS = "corpus"
    UNIT = "unit"
    DELEGATION = "delegation"
    UPLOAD = "upload"


class Passage(Frozen):
    """A piece of a document's text: `text` is the extracted text from character `start` up to `end`.

    In a later part of a table, its first `repeated` characters say the table's header again, and `start` and `end` span
    the rest. Of a sheet, `rows` has the number of each line of `text`, header included, `columns` the letters of the
    cells of each line; `row` is the first that is not repeated, and the first `header` characters are header.
    `questions` that the passage answers, and `terms` that people use for what it is about, lead to it; they are no part
    of its text, and nothing quotes them.
    """

    id: str
    document_id: UUID
    version_id: UUID
    scope: str
    ordinal: int = Field(ge=0)
    title: str
    headings: tuple[str, ...] = ()
    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    repeated: int = Field(default=0, ge=0)
    header: int = Field(default=0, ge=0)
    language: str = "fr"
    article: str | None = None
    article_version: str | None = None
    in_force_from: date | None = None
    in_force_to: date | None = None
    page: int | None = None
    page_label: str | None = None
    sheet: str | None = None
    row: int | None = None
    rows: tuple[int, ...] = ()
    columns: tuple[str, ...] = ()
    source_url: str | None = None
    questions: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()

    @property
    def origin(self) -> Origin:
        """Whose document it is: of the scope `public`, parsers of corpora alone give a publisher's address (ADR 24)."""
        kind = self.scope.partition(":")[0]
        if kind in {Origin.UNIT, Origin.DELEGATION}:
            return Origin(kind)
        return Origin.CORPUS if self.source_url else Origin.UPLOAD

    @property
    def cells(self) -> str | None:
        """The range that the passage takes in its sheet, without a repeated header, such as `B6:E12`."""
        own = self.rows[self.text.count("\n", 0, self.repeated) :]
        return _range(own, self.columns)


CELL = " | "
"""What parts the cells of a row: a table has one line a row."""


def place_of_quote(passage: Passage, quote: str) -> tuple[int | None, str | None]:
    """The row that words of a passage stand in, and their cells; a repeated header only if they stand nowhere else."""
    at = passage.text.find(quote, passage.repeated)
    at = passage.text.find(quote) if at < 0 else at
    if at < 0 or not passage.rows or not quote:
        return passage.row, passage.cells
    first, last = (passage.text.count("\n", 0, place) for place in (at, at + len(quote) - 1))
    rows = passage.rows[first : last + 1]
    columns = passage.columns if first != last else _columns_of_quote(passage, at, quote)
    return (rows[0] if rows else passage.row), _range(rows, columns)


def _columns_of_quote(passage: Passage, at: int, quote: str) -> tuple[str, ...]:
    """Columns that words within one line touch; () when the line has more cells than its table."""
    start = passage.text.rfind("\n", 0, at) + 1
    separators = [match.start() for match in _SEPARATOR.finditer(passage.text[start:].partition("\n")[0])]
    if len(separators) >= len(passage.columns):
        return ()
    left = sum(place < at - start for place in separators)
    right = sum(place < at - start + len(quote) for place in separators)
    return passage.columns[left : right + 1]


def _range(rows: Sequence[int], columns: Sequence[str]) -> str | None:
    if not rows or not columns:
        return None
    first, last = f"{columns[0]}{min(rows)}", f"{columns[-1]}{max(rows)}"
    return first if first == last else f"{first}:{last}"


def searchable_text(passage: Passage) -> str:
    """What is embedded of a passage: its text after what it takes for granted, two headings or else the title."""
    return "\n".join([*(passage.headings[-2:] or (passage.title,)), passage.text])


def embedded_texts(passages: Sequence[Passage]) -> list[str]:
    """Return what is embedded of passages, a vector each: their searchable texts, then all their questions."""
    questions = [question for passage in passages for question in passage.questions]
    return [*map(searchable_text, passages), *questions]
