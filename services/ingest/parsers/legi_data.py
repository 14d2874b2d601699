"""French codes, in the layout of the npm package @socialgouv/legi-data.

The file is one tree of `{type: code | section | article, data, children}`. An article's `data` has its number, the id
of the version in force, that version's dates, and its text twice: `texteHtml`, and `texte`, the same flattened to one
line. The text is taken from `texteHtml`, paragraph by paragraph: a citation of `2° Lors de toute décision ...` is then
a line that stands by itself, and a table's row is not lost in a stream of numbers. `texte` serves where there is no
`texteHtml`.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Literal

import msgspec

from services.ingest.parsers.assembling import TextAssembly, title
from services.ingest.parsers.decoding import clean
from services.ingest.parsers.grids import tables_of
from services.ingest.parsers.html_lines import html_lines
from services.ingest.ports import ParsedDocument, Section, Table
from shared.errors import EmptyDocument, UnknownCorpusLayout, place_of
from shared.references import canonical_article

PACKAGE = "@socialgouv/legi-data"
_ARTICLE_URL = "https://www.legifrance.gouv.fr/codes/article_lc/"
_ENDED = frozenset({"ABROGE", "ANNULE", "DISJOINT", "MODIFIE_MORT_NE", "PERIME", "TRANSFERE"})
_DEEPEST = 30
"""Most levels of sections; real codes have up to 9."""

_NO_DATE = 2222
"""Légifrance writes 2222-02-22 for a date to be set, and 2999-01-01 for none."""


class _ArticleData(msgspec.Struct, frozen=True):
    """Dates are milliseconds since 1970, at midnight UTC."""

    id: str
    num: str | None = None
    etat: str | None = None
    date_from: int | None = msgspec.field(name="dateDebut", default=None)
    date_to: int | None = msgspec.field(name="dateFin", default=None)
    flat: str | None = msgspec.field(name="texte", default=None)
    html: str | None = msgspec.field(name="texteHtml", default=None)


class _SectionData(msgspec.Struct, frozen=True):
    title: str


class _CodeData(msgspec.Struct, frozen=True):
    title: str
    version_from: str | None = msgspec.field(name="dateDebutVersion", default=None)


class _Article(msgspec.Struct, frozen=True, tag_field="type", tag="article"):
    data: _ArticleData


class _Section(msgspec.Struct, frozen=True, tag_field="type", tag="section"):
    data: _SectionData
    children: list[msgspec.Raw] = []


class _Code(msgspec.Struct, frozen=True):
    """The root; its children are decoded one by one, since all at once would hold the interpreter lock."""

    type: Literal["code"]
    data: _CodeData
    children: list[msgspec.Raw]


_NODE: "msgspec.json.Decoder[_Section | _Article]" = msgspec.json.Decoder(_Section | _Article)


class LegiDataParser:
    """Reads one section per article in force, under the titles of its parts, books and chapters."""

    def parse(self, data: bytes) -> ParsedDocument:
        """Read a code.

        Raises:
            UnknownCorpusLayout: the JSON has another shape.
            EmptyDocument: no article of it is in force.
        """
        try:
            return _document(data)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise UnknownCorpusLayout(reason="json", package=PACKAGE, detail=place_of(error)) from error


def _document(data: bytes) -> ParsedDocument:
    code = msgspec.json.decode(data, type=_Code)
    version = date.fromisoformat(code.data.version_from) if code.data.version_from else None
    assembly = TextAssembly()
    sections: list[Section] = []
    tables: list[Table] = []
    for article, headings in _articles(code.children, ()):
        section = _section(article, headings, assembly, version, tables)
        if section is not None:
            sections.append(section)
    if not sections:
        raise EmptyDocument
    return ParsedDocument(assembly.text, tuple(sections), tuple(tables), language="fr", title=title(code.data.title))


def _articles(children: list[msgspec.Raw], headings: tuple[str, ...]) -> Iterator[tuple[_ArticleData, tuple[str, ...]]]:
    if len(headings) > _DEEPEST:
        raise UnknownCorpusLayout(reason="json", package=PACKAGE, detail=f"more than {_DEEPEST} levels")
    for child in map(_NODE.decode, children):
        if isinstance(child, _Article):
            yield child.data, headings
        else:
            yield from _articles(child.children, (*headings, title(child.data.title)))


def _section(
    article: _ArticleData,
    headings: tuple[str, ...],
    assembly: TextAssembly,
    version: date | None,
    tables: list[Table],
) -> Section | None:
    """Return the article's section, its tables noted; None for one that is no longer in force or has no text."""
    in_force_to = _day(article.date_to)
    if article.etat in _ENDED or (version and in_force_to and in_force_to <= version):
        return None
    lines = [line for line in map(clean, _lines(article)) if line.strip()]
    if not lines:
        return None
    start, end = assembly.add(lines)
    tables += tables_of(lines, start)
    return Section(
        headings,
        start,
        end,
        article=canonical_article(article.num) if article.num else None,
        article_version=article.id,
        in_force_from=_day(article.date_from),
        in_force_to=in_force_to,
        source_url=_ARTICLE_URL + article.id,
    )


def _lines(article: _ArticleData) -> list[str]:
    lines = html_lines(article.html) if article.html else []
    return lines or [" ".join((article.flat or "").split())]


def _day(milliseconds: int | None) -> date | None:
    if milliseconds is None:
        return None
    try:
        day = datetime.fromtimestamp(milliseconds / 1000, UTC).date()
    except (OverflowError, OSError, ValueError) as error:
        raise UnknownCorpusLayout(reason="json", package=PACKAGE, detail=f"date {milliseconds}") from error
    return day if day.year < _NO_DATE else None
