"""What was left out of a document's text, or is shown otherwise than in its file: said in remarks, never in silence.

A parser makes them; they travel with documents.progressed (parsed) and are shown with the document. What a code says
stands in the catalogues (`remarks.<code>`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from shared.language.names import one_line

RemarkCode = Literal[
    "attachment-unread",
    "chart-unread",
    "comments-left-out",
    "encoding-guessed",
    "file-unread",
    "form-field",
    "hidden-cells",
    "hidden-sheet",
    "hidden-text",
    "image-unread",
    "letters-unknown",
    "links-not-followed",
    "object-unread",
    "page-margins",
    "page-partly-read",
    "page-unread",
    "struck-out",
]
"""`*-unread` and `page-partly-read`: something is there that was not read. The others: read, and left out or marked."""

MAX_REMARKS = 50
"""Remarks of a document that are listed; of the others the number is told."""

_MAX_WORDS = 120


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that a reader of the document's text would miss.

    Attributes:
        page: number of the page, from 1; None where the format has none, or it is of the whole document.
        part: name of the sheet, attachment or part that it is of; empty for the document itself.
        detail: what it is, such as the name of a file; empty where the code says all.
        count: how many of the kind there are in the part.
    """

    code: RemarkCode
    page: int | None = None
    part: str = ""
    detail: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Remarks:
    """The remarks that a document is shown with: at most `MAX_REMARKS`, and how many more there are."""

    listed: tuple[Remark, ...] = ()
    more: int = 0


def bounded(remarks: Iterable[Remark]) -> Remarks:
    """Return remarks that may travel: like ones counted as one, words of one short line, no more than `MAX_REMARKS`."""
    counts: dict[tuple[RemarkCode, int | None, str, str], int] = {}
    for each in remarks:
        key = each.code, each.page, one_line(each.part)[:_MAX_WORDS], one_line(each.detail)[:_MAX_WORDS]
        counts[key] = counts.get(key, 0) + max(1, each.count)
    listed = [Remark(*key, count=count) for key, count in counts.items()]
    return Remarks(tuple(listed[:MAX_REMARKS]), max(0, len(listed) - MAX_REMARKS))
