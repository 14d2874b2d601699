"""Visible lines of an HTML fragment."""

import html
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

_TAG = re.compile(r"<(?P<closing>/?)(?P<name>[A-Za-z][^\s/<>]*+)[^<>]*+>|<[!?][^<>]*+>")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_LONG_REFERENCE = re.compile(r"&#[xX]?[0-9A-Fa-f]{9,};?")  # no character; int() refuses thousands of digits
_CELLS = frozenset({"td", "th"})
_UNSHOWN = ("script", "style", "template", "button")  # a button's label is the page's, not the text's
_BREAKING = re.compile(
    "address|article|aside|blockquote|br|caption|center|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|"
    "h[1-6]|header|hr|li|main|nav|ol|p|pre|section|summary|table|tbody|tfoot|thead|ul"
)
_ATTRIBUTE = re.compile(
    r"""(?P<name>[A-Za-z][\w:-]*+)\s*+(?:=\s*+(?:"(?P<quoted>[^"]*+)"|'(?P<single>[^']*+)'|(?P<bare>[^\s"'<>]++)))?+"""
)
_ITEM = "- "
_DEEPEST_QUOTE = 5

Event: TypeAlias = "tuple[str, Tag | None]"


class _Lines:
    """Collects text into lines; within a table's row, breaks are spaces and cells are separated by ` | `."""

    def __init__(self, quote: str) -> None:
        self.lines: list[str] = []
        self._quote = quote
        self._quotes = 0
        self._parts: list[str] = []
        self._row = 0
        self._first_cell = True

    def add(self, text: str) -> None:
        self._parts.append(text)

    def tag(self, name: str, *, closing: bool) -> None:
        if name == "tr":
            self._in_row(closing=closing)
        elif name in _CELLS:
            self._cell(closing=closing)
        elif name == "table" and self._row and not closing and not "".join(self._parts).strip(" |\n\t"):
            self._row = 0  # a table that only places others
            self._parts.clear()
        elif _BREAKING.fullmatch(name):
            self.end_line()
            if name == "li" and not self._row:
                self._parts[:] = [] if closing else [_ITEM]
            elif name == "blockquote":
                self._quotes = max(0, self._quotes + (-1 if closing else 1))

    def end_line(self) -> None:
        if self._row:
            self._parts.append(" ")
            return
        line = _SPACE.sub(" ", "".join(self._parts)).strip()
        if line == _ITEM.strip():  # `<li><p>`: the item's text is still to come
            return
        self._parts.clear()
        if line.strip(" |\u00a0"):
            self.lines.append(self._quote * min(self._quotes, _DEEPEST_QUOTE) + line)

    def close(self) -> None:
        self._row = 0
        self.end_line()

    def _in_row(self, *, closing: bool) -> None:
        if not closing:
            self.end_line()
            self._row += 1
            self._first_cell = True
        elif self._row:
            self._row -= 1
            self.end_line()

    def _cell(self, *, closing: bool) -> None:
        if not self._row:
            self.end_line()
        if closing or not self._row:
            return
        if not self._first_cell:
            self._parts.append(" | ")
        self._first_cell = False


class Looks(Protocol):
    """Knows what the look of elements does to their text (html_looks.py)."""

    def hides(self, tag: "Tag") -> bool:
        """Return whether an element is left out for what its tag says."""
        ...

    def follow(self, tag: "Tag") -> None:
        """Heed a tag in its place."""
        ...

    def shown(self, text: str) -> str:
        """Return a text as it looks where it stands."""
        ...


def html_lines(fragment: str, quote: str = "", looks: Looks | None = None) -> list[str]:
    """Return paragraphs, list items and table rows as one line each, white space collapsed, none empty.

    Args:
        quote: what is written before the lines of a quotation (`blockquote`), once for each that they are in.
        looks: what is hidden, raised or lowered; None: all is as it stands.
    """
    lines = _Lines(quote)
    for text, tag in scan(fragment, _UNSHOWN, looks.hides if looks else None):
        lines.add(looks.shown(text) if looks else text)
        if tag is not None:
            if looks:
                looks.follow(tag)
            lines.tag(tag.name, closing=tag.closing)
    lines.close()
    return lines.lines


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag: `name` in lower case, `source` as written."""

    name: str
    closing: bool
    source: str

    def attribute(self, name: str) -> str | None:
        """Return an attribute's value, "" for one without value; None without the attribute."""
        for match in _ATTRIBUTE.finditer(self.source):
            if match["name"].lower() == name:
                return _unescaped(match["quoted"] or match["single"] or match["bare"] or "")
        return None


def scan(fragment: str, unshown: Collection[str], is_hidden: Callable[[Tag], bool] | None = None) -> Iterator[Event]:
    """Yield each text with the tag after it, in order; the last text has none. Linear in the fragment's length.

    A scan of its own because the standard library's html.parser takes quadratic time on tags that never end (40,000
    of them: 28 s), and what is read here may come from anybody. Whatever is no tag is text.

    Args:
        unshown: names of the elements that are left out with all that they hold.
        is_hidden: whether an element is left out for what its tag says.
    """
    source = _without_comments(fragment)
    folded = source.lower()
    last_closing: dict[str, int] = {}
    hidden: str | None = None
    depth = position = 0
    for match in _TAG.finditer(source):
        tag = Tag((match["name"] or "").lower(), bool(match["closing"]), match.group())
        before, position = source[position : match.start()], match.end()
        if hidden is not None:
            if tag.name == hidden:
                depth += -1 if tag.closing else 1
                hidden = hidden if depth else None
            continue
        if not tag.closing and (tag.name in unshown or (is_hidden is not None and is_hidden(tag))):
            if tag.name not in last_closing:
                last_closing[tag.name] = folded.rfind(f"</{tag.name}")
            if last_closing[tag.name] >= position:  # what is never closed hides nothing
                hidden, depth = tag.name, 1
                yield _unescaped(before), None
                continue
        yield _unescaped(before), tag
    if hidden is None:
        yield _unescaped(source[position:]), None


def _unescaped(text: str) -> str:
    return html.unescape(_LONG_REFERENCE.sub("\ufffd", text)) if "&" in text else text


def _without_comments(fragment: str) -> str:
    if "<!--" not in fragment:
        return fragment
    kept: list[str] = []
    position = 0
    while (start := fragment.find("<!--", position)) >= 0 and (end := fragment.find("-->", start)) >= 0:
        kept.append(fragment[position:start])
        position = end + len("-->")
    kept.append(fragment[position:])
    return "".join(kept)
