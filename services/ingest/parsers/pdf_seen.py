"""What a PDF page draws, held against its text layer: scans with a stamp, letters that are none, words as curves."""

import re
import unicodedata
from collections.abc import Iterator
from enum import Enum

import pypdfium2
import pypdfium2.raw as pdfium

_MOST_OBJECTS = 20_000
_SCAN_SHARE, _FIGURE_SHARE = 0.5, 0.1
"""Shares of a page from which an image is the page itself, and more than a logo."""

_FEW_LETTERS = 300
"""Letters of a stamp, a head and a foot together; a page of prose has 2,500."""

_CURVES = 80
_SAMPLES = 60
_BAD_SHARE = 0.3
_INVISIBLE = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_WORD = re.compile(r"[^\W\d_]{4,}")
_VOWELS = frozenset("aeiouyàâäæéèêëîïôöœùûüAEIOUYÀÂÄÆÉÈÊËÎÏÔÖŒÙÛÜ")
_FEWEST_WORDS = 8


class Seen(Enum):
    """How a page's text layer stands to what one sees."""

    WHOLE = "whole"
    FIGURE = "figure"
    PARTLY = "partly"
    IMAGE = "image"
    NO_LETTERS = "no-letters"


def seen(page: "pypdfium2.PdfPage", layer: "pypdfium2.PdfTextpage", text: str) -> Seen:
    """Return what of a page its text layer says."""
    if text.strip() and has_no_letters(layer, text):
        return Seen.NO_LETTERS
    letters = sum(character.isalnum() for character in text)
    images, curves, has_ocr = _drawn(page, count_all=letters < _FEW_LETTERS)
    if not text.strip():
        return Seen.IMAGE if images > 0 or curves > _CURVES else Seen.WHOLE
    if images >= _SCAN_SHARE and letters < _FEW_LETTERS and not has_ocr:
        return Seen.PARTLY
    return Seen.FIGURE if images >= _FIGURE_SHARE and not has_ocr else Seen.WHOLE


def has_no_letters(layer: "pypdfium2.PdfTextpage", text: str) -> bool:
    """Return whether the text is codes of a font that does not tell its letters, or other words than one sees."""
    sample = [each for each in text[:4000] if not each.isspace()]
    bad = sum(each == "\ufffd" or unicodedata.category(each) in ("Co", "Cn", "Cc") for each in sample if each != "\x02")
    count = pdfium.FPDFText_CountChars(layer.raw)
    places = range(0, count, count // _SAMPLES + 1)
    unknown = sum(pdfium.FPDFText_HasUnicodeMapError(layer.raw, place) == 1 for place in places)
    if bad > _BAD_SHARE * max(1, len(sample)) or unknown > _BAD_SHARE * max(1, len(places)):
        return True
    words = _WORD.findall(text[:4000])
    return len(words) >= _FEWEST_WORDS and sum(not _VOWELS & set(word) for word in words) * 2 > len(words)


def _drawn(page: "pypdfium2.PdfPage", *, count_all: bool) -> tuple[float, int, bool]:
    """Return the share of the page that is images, the number of curves, and whether text is laid over unseen."""
    width, height = page.get_size()
    area, curves, hidden = 0.0, 0, False
    for kind, each in _objects(page, count_all=count_all):
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = each.get_bounds()
            area += max(0.0, min(right, width) - max(left, 0)) * max(0.0, min(top, height) - max(bottom, 0)) or 1.0
        elif kind == pdfium.FPDF_PAGEOBJ_TEXT:
            hidden = hidden or pdfium.FPDFTextObj_GetTextRenderMode(each.raw) in _INVISIBLE
        else:
            curves += 1
    return area / max(1.0, width * height), curves, hidden


def _objects(page: "pypdfium2.PdfPage", *, count_all: bool) -> Iterator[tuple[int, "pypdfium2.PdfObject"]]:
    kinds = [pdfium.FPDF_PAGEOBJ_IMAGE]
    if count_all:
        kinds += [pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_PATH]
    for number, each in enumerate(page.get_objects(filter=kinds, max_depth=3)):
        if number > _MOST_OBJECTS:
            return
        yield each.type, each
