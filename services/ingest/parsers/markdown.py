"""Markdown, read by markdown-it-py."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.token import Token

from services.ingest.parsers.assembling import TextAssembly, on_one_line, title
from services.ingest.parsers.decoding import clean, decode
from services.ingest.parsers.html_lines import html_lines, scan
from services.ingest.parsers.html_looks import STRUCK, Hiding
from services.ingest.parsers.plain_text import PlainTextParser
from services.ingest.ports import ParsedDocument, Section, Table
from shared.contracts.remarks import Remark
from shared.errors import EmptyDocument

_MAX_LINES = 200_000
"""Lines beyond which a file is read as plain text: each costs the library about 1 KB."""

_MAX_INLINE = 20_000
_MAX_BRACKETS = 200
"""Characters and brackets of a paragraph beyond which its markup stays as written: links take quadratic time."""

_MAX_NESTING = 100
"""Lists and quotes within each other, beyond which the library leaves out what they hold without a word."""

_STRUCK = "~~"
"""The mark of struck-out words, which stays where it is written too."""

_MARKUP = re.compile(r"[*_`\[<&\\!\n]| $")

_BREAKS = frozenset({"softbreak", "hardbreak"})
_ENDS_BLOCK = frozenset(
    {"paragraph_close", "table_close", "bullet_list_close", "ordered_list_close", "blockquote_close"}
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a section; `is_row`: it is a row of a table."""

    words: str
    is_row: bool = False


class MarkdownParser:
    """Reads one section per heading, which begins with its own line; the text has no markup."""

    def __init__(self) -> None:
        self._markdown = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable("table").disable("inline")
        self._inline = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING})

    def parse(self, data: bytes) -> ParsedDocument:
        """Read a text, with its encoding detected (decoding.py).

        Raises:
            EmptyDocument, UnreadableDocument: as of plain text.
        """
        source = decode(data)
        if source.count("\n") > _MAX_LINES:
            return PlainTextParser().parse(data)
        tokens = self._markdown.parse(source)
        if any(token.level >= _MAX_NESTING - 1 for token in tokens):
            return PlainTextParser().parse(data)
        assembly = TextAssembly()
        sections: list[Section] = []
        tables: list[Table] = []
        remarks: list[Remark] = []
        for headings, body in _by_heading(tokens):
            lines = _without_outer_blanks(list(self._lines(body, remarks)))
            if lines:
                start, end = assembly.add(line.words for line in lines)
                sections.append(Section(tuple(filter(None, map(self._title, headings))), start, end))
                tables += _tables(lines, start)
        if not sections:
            raise EmptyDocument
        first = sections[0].headings
        name = first[0] if first else None
        return ParsedDocument(assembly.text, tuple(sections), tuple(tables), title=name, remarks=tuple(remarks))

    def _title(self, heading: str) -> str:
        return title(clean(" ".join(self._prose(heading))))

    def _lines(self, tokens: Sequence[Token], remarks: list[Remark]) -> Iterator[_Line]:
        """Yield the lines of a section, with an empty one after each paragraph; add to `remarks` what is left out."""
        mark = ""
        cells: list[str] | None = None
        for token in tokens:
            if token.type == "inline" and cells is not None:
                cells.append(" ".join(self._prose(token.content)).replace("|", "¦"))
            elif token.type == "inline":
                for line in self._prose(token.content):
                    yield _Line(clean(mark + line))
                    mark = ""
            elif token.type in ("tr_open", "tr_close"):
                if cells is not None:
                    yield _Line(on_one_line(clean(" | ".join(cells))), is_row=True)
                cells = [] if token.type == "tr_open" else None
            elif token.type == "list_item_open":
                mark = f"{token.info}{token.markup} " if token.info else "- "
            else:
                yield from map(_Line, map(clean, _verbatim(token, remarks)))

    def _prose(self, content: str) -> list[str]:
        """Return a paragraph's lines without markup."""
        if _MARKUP.search(content) is None:
            return [content]
        if len(content) > _MAX_INLINE or content.count("[") > _MAX_BRACKETS:
            return content.split("\n")
        parts: list[str] = []
        looks = Hiding("")  # of the few elements of HTML that people write for digits and struck-out words
        for child in (child for token in self._inline.parseInline(content) for child in token.children or ()):
            if child.type == "html_inline" and (tag := next((tag for _, tag in scan(child.content, ()) if tag), None)):
                looks.follow(tag)
                parts += [_STRUCK] if tag.name in STRUCK else []
            parts.append(looks.shown(_shown(child)))
        return "".join(parts).split("\n")


def _shown(token: Token) -> str:
    if token.type in _BREAKS:
        return "\n"
    return token.content if token.type in ("text", "code_inline", "image", "text_special") else ""


def _verbatim(token: Token, remarks: list[Remark]) -> Iterator[str]:
    if token.type in ("fence", "code_block"):
        yield from token.content.split("\n")
    elif token.type == "html_block":
        looks = Hiding(token.content)
        yield from html_lines(token.content, looks=looks)
        remarks += looks.remarks
    elif token.type in _ENDS_BLOCK and not token.hidden:  # hidden: the paragraph of an item in a tight list
        yield ""


def _by_heading(tokens: Sequence[Token]) -> Iterator[tuple[tuple[str, ...], list[Token]]]:
    """Yield headings, outermost first, and tokens of each section, those of its own heading first."""
    path: list[tuple[int, str]] = []
    body: list[Token] = []
    for position, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0:
            yield tuple(heading for _, heading in path), body
            level, heading = int(token.tag[1:]), tokens[position + 1].content
            path = [(outer, words) for outer, words in path if outer < level]
            path.append((level, heading))
            body = []
        else:
            body.append(token)
    yield tuple(heading for _, heading in path), body


def _tables(lines: Sequence[_Line], start: int) -> Iterator[Table]:
    """Yield the tables of a section whose text begins at `start`; in Markdown the first row is the header."""
    position = start
    for is_row, run in groupby(lines, key=lambda line: line.is_row):
        starts: list[int] = []
        for line in run:
            starts.append(position)
            position += len(line.words) + 1
        if is_row:
            yield Table(starts, position - 1, header=1)


def _without_outer_blanks(lines: list[_Line]) -> list[_Line]:
    visible = [position for position, line in enumerate(lines) if line.words.strip()]
    return lines[visible[0] : visible[-1] + 1] if visible else []
