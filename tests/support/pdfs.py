"""PDF files, made by fpdf2 or by hand."""

import io
from collections.abc import Iterable
from contextlib import closing
from typing import Any

import pypdfium2
from fpdf import FPDF
from fpdf.enums import EncryptionMethod
from PIL import Image

LINE: dict[str, Any] = {"new_x": "LMARGIN", "new_y": "NEXT"}


def pdf(
    pages: Iterable[Iterable[str]],
    *,
    outline: dict[int, list[tuple[int, str]]] | None = None,
    head: str = "",
    foot: str = "",
    title: str = "",
    password: str | None = None,
) -> bytes:
    """A page for each list of lines; `outline` gives level and words of the entries of each page, from 0."""
    file = FPDF()
    file.set_auto_page_break(auto=False)
    file.set_font("Helvetica", size=11)
    if title:
        file.set_title(title)
    if password is not None:
        file.set_encryption("owner", password, encryption_method=EncryptionMethod.AES_256)
    for number, lines in enumerate(pages):
        file.add_page()
        for level, words in (outline or {}).get(number, []):
            file.start_section(words, level)
        for line in (head, *lines):
            if line:
                file.cell(0, 6, line, **LINE)
        if foot:
            file.set_y(-15)
            file.cell(0, 6, foot.format(page=number + 1), **LINE)
    return bytes(file.output())


def drawing(words: Iterable[str]) -> Image.Image:
    """The top of a printed page, at 200 dots an inch."""
    with closing(pypdfium2.PdfDocument(pdf([words]))) as document, closing(document[0]) as page:
        whole: Image.Image = page.render(scale=200 / 72, grayscale=True).to_pil()
        return whole.crop((0, 0, 1240, 500))


def scan(pages: Iterable[Iterable[str]]) -> bytes:
    """A PDF of nothing but images."""
    file = FPDF()
    for words in pages:
        file.add_page()
        file.image(drawing(words), x=0, y=0, w=210)
    return bytes(file.output())


def image(words: Iterable[str], kind: str = "PNG") -> bytes:
    data = io.BytesIO()
    drawing(words).save(data, kind)
    return data.getvalue()
