"""Guides of the ministry of labour, each a JSON object of the npm package @socialgouv/fiches-travail-data."""

from collections.abc import Iterator

import msgspec

from services.ingest.parsers.assembling import TextAssembly, title
from services.ingest.parsers.decoding import clean
from services.ingest.parsers.html_lines import html_lines
from services.ingest.ports import ParsedDocument, Section
from shared.errors import EmptyDocument, UnknownCorpusLayout, place_of

PACKAGE = "@socialgouv/fiches-travail-data"


class _GuideSection(msgspec.Struct, frozen=True):
    title: str
    html: str = ""
    text: str = ""
    anchor: str = ""


class _Guide(msgspec.Struct, frozen=True):
    title: str
    url: str
    sections: list[_GuideSection]
    intro: str = ""


class FichesTravailParser:
    """Reads one section per section of the guide, under the guide's title and its own."""

    def parse(self, data: bytes) -> ParsedDocument:
        """Read a guide.

        Raises:
            UnknownCorpusLayout: the JSON has another shape.
            EmptyDocument: the guide has no text.
        """
        try:
            guide = msgspec.json.decode(data, type=_Guide)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise UnknownCorpusLayout(reason="json", package=PACKAGE, detail=place_of(error)) from error
        assembly = TextAssembly()
        sections = []
        for headings, url, html, text in _stretches(guide):
            lines = [line for line in map(clean, html_lines(html) or [" ".join(text.split())]) if line.strip()]
            if lines:
                start, end = assembly.add(lines)
                sections.append(Section(headings, start, end, source_url=url))
        if not sections:
            raise EmptyDocument
        return ParsedDocument(assembly.text, tuple(sections), language="fr", title=title(guide.title))


def _stretches(guide: _Guide) -> Iterator[tuple[tuple[str, ...], str, str, str]]:
    """Yield headings, address, HTML and plain text of the introduction and of each section."""
    guide_title = title(guide.title)
    yield (guide_title,), guide.url, guide.intro, ""
    for section in guide.sections:
        section_title = title(section.title)
        headings = (guide_title, section_title) if section_title not in ("", guide_title) else (guide_title,)
        url = f"{guide.url}#{section.anchor}" if section.anchor else guide.url
        yield headings, url, section.html, section.text
