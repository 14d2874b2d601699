"""Text of a PDF page as one reads it: PDFium's own where the page is plain, ours (pdf_layout.py) where it is not.

PDFium's order is the file's, and its text knows neither raised digits nor columns drawn row by row. To read each letter
takes four times as long, so a page is looked at by its runs of text first, some 25 to 100 of them.
"""

import ctypes
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

from services.ingest.parsers.pdf_glyphs import Glyph, Segment, glyphs, segments, strike, turned
from services.ingest.parsers.pdf_layout import laid_out
from services.ingest.parsers.pdf_notes import Note, notes
from services.ingest.parsers.pdf_rules import banded_tables, ruled_tables, rules

_MOST_CHARACTERS = 40_000
_SAMPLES = 16
_NEXT, _APART, _SHIFTED, _SMALLER = 3.0, 9.0, 1.4, 0.85
_UP = 4.0

Run = tuple[float, float, float, float]


def page_text(page: "pypdfium2.PdfPage", text: "pypdfium2.PdfTextpage", form: object | None) -> str:
    """Return the lines of a page in reading order, values of its form and notes at their places."""
    beside = list(notes(page, form)) if pdfium.FPDFPage_GetAnnotCount(page.raw) > 0 else []
    if pdfium.FPDFText_CountChars(text.raw) > _MOST_CHARACTERS or (not beside and _is_plain(page, text)):
        return str(text.get_text_range())
    drawn = glyphs(text)
    turns = {glyph.turn for glyph in drawn} | {0}
    lines: list[str] = []
    for turn in sorted(turns, key=lambda each: -sum(glyph.turn == each for glyph in drawn)):
        lines += _upright(page, [glyph for glyph in drawn if glyph.turn == turn], beside, turn)
    return "\n".join(lines)


def _upright(page: "pypdfium2.PdfPage", drawn: list[Glyph], beside: list[Note], turn: int) -> list[str]:
    lines = rules(page, turn)
    struck = [turned(turn, *note.box) for note in beside if note.struck]
    strike(drawn, [*struck, *((rule.start, rule.at, rule.end, rule.at) for rule in lines if rule.flat)])
    written = segments(drawn)
    if turn == 0:
        written += [each for note in beside for each in _of_note(note)]
    return laid_out(written, [*ruled_tables(lines), *banded_tables(lines, written)])


def _of_note(note: Note) -> Iterator[Segment]:
    x0, y0, x1, y1 = note.box
    for number, words in enumerate(note.lines):
        down = number * (y1 - y0)
        yield Segment(x0, y0 - down, x1, y1 - down, [(words, 0, False)])


def _is_plain(page: "pypdfium2.PdfPage", text: "pypdfium2.PdfTextpage") -> bool:
    raw = page.raw
    count = pdfium.FPDFPage_CountObjects(raw)
    kinds = {pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(raw, place)) for place in range(count)}
    if not kinds <= {pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_IMAGE}:
        return False
    characters = pdfium.FPDFText_CountChars(text.raw)
    if any(
        abs(pdfium.FPDFText_GetCharAngle(text.raw, place)) > 0.1  # noqa: PLR2004
        for place in range(0, characters, characters // _SAMPLES + 1)
    ):
        return False
    before: Run | None = None
    for run in _runs(text.raw):
        if before is not None and _is_odd(before, run):
            return False
        before = run
    return True


def _runs(raw: object) -> Iterator[Run]:
    left, top, right, bottom = (ctypes.c_double() for _ in range(4))
    for place in range(pdfium.FPDFText_CountRects(raw, 0, -1)):
        pdfium.FPDFText_GetRect(raw, place, left, top, right, bottom)
        yield left.value, bottom.value, right.value, top.value


def _is_odd(before: Run, run: Run) -> bool:
    """Return whether a run stands beside the one before, raised or apart, or above it."""
    gap = run[0] - before[2]
    common = min(before[3], run[3]) - max(before[1], run[1])
    small = min(before[3] - before[1], run[3] - run[1])
    if common > 0.3 * small:
        smaller = small < _SMALLER * max(before[3] - before[1], run[3] - run[1])
        return gap > _APART or gap < -_APART or (smaller and gap < _NEXT and abs(before[1] - run[1]) > _SHIFTED)
    return run[1] > before[3] + _UP or (common > -_UP and abs(gap) < _NEXT)
