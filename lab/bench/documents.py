"""Office documents of the benches: pages of the law."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from html import escape
from itertools import cycle, islice

from fpdf import FPDF

from services.ingest.parsers.legi_data import LegiDataParser

PAGE_CHARS = 2500
"""Characters of a page of prose, and so of a page of a docx."""

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"


def paragraphs(code: bytes) -> list[str]:
    """Return the paragraphs of a code in the corpus's layout."""
    return [line for line in LegiDataParser().parse(code).text.split("\n") if line.strip()]


def pages(lines: Sequence[str], count: int, first: int) -> Iterator[list[str]]:
    """Yield `count` pages of text, different for each `first`, so that no two documents are the same."""
    running = islice(cycle(lines), first * 997 % len(lines), None)
    for _ in range(count):
        page: list[str] = []
        while sum(map(len, page)) < PAGE_CHARS:
            page.append(next(running)[:PAGE_CHARS])
        yield page


def pdf(texts: Sequence[Sequence[str]]) -> bytes:
    """Return a PDF with a page for each text, a running head and an outline."""
    file = FPDF()
    file.set_auto_page_break(auto=False)
    for number, text in enumerate(texts, 1):
        file.add_page()
        file.set_font("Helvetica", size=8)
        file.start_section(f"Chapitre {number}")
        for line in (f"Code du travail - page {number}", f"Chapitre {number}", *text):
            file.multi_cell(0, 4, line.encode("cp1252", "ignore").decode("latin-1", "ignore"), align="L")
            file.ln(1)
    return bytes(file.output())


def docx(texts: Sequence[Sequence[str]]) -> bytes:
    """Return a docx with a heading and paragraphs for each text."""
    body = "".join(
        _paragraph(f"Chapitre {number}", "Heading1") + "".join(map(_paragraph, text))
        for number, text in enumerate(texts, 1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
        f' ContentType="{_RELATIONS}"/><Override PartName="/word/document.xml" ContentType="{_WORD}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1"'
        f' Type="{_R}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>',
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{data}')
    return file.getvalue()


def _paragraph(text: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
