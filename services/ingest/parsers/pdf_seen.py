"""What a PDF page draws, held against its text layer: scans with a stamp, letters that are none, words as curves."""

import re
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
_SAMPLES = 16
_SAMPLE_CHARS = 1000
_MANY = 1000
_WITH_IMAGES = (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM, pdfium.FPDF_PAGEOBJ_SHADING)
_NO_LETTER = re.compile(r"[\x00\x01\x03-\x08\x0e-\x1f\x7f-\x9f\ue000-\uefff\uf100-\uf8ff\ufffd]")
"""Controls, private places but those of Word's signs (decoding.py), and what stands for an unknown letter."""

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
    is_blank = not text or text.isspace()
    if not is_blank and has_no_letters(layer, text):
        return Seen.NO_LETTERS
    if len(text) > _MANY and not _may_have_images(page):
        return Seen.WHOLE
    letters = sum(map(str.isalnum, text[:_MANY]))
    images, curves, has_ocr = _drawn(page, count_all=letters < _FEW_LETTERS)
    if is_blank:
        return Seen.IMAGE if images > 0 or curves > _CURVES else Seen.WHOLE
    if images >= _SCAN_SHARE and letters < _FEW_LETTERS and not has_ocr:
        return Seen.PARTLY
    return Seen.FIGURE if images >= _FIGURE_SHARE and not has_ocr else Seen.WHOLE


def _may_have_images(page: "pypdfium2.PdfPage") -> bool:
    raw = page.raw
    return any(
        pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(raw, place)) in _WITH_IMAGES
        for place in range(min(pdfium.FPDFPage_CountObjects(raw), _MOST_OBJECTS))
    )


def has_no_letters(layer: "pypdfium2.PdfTextpage", text: str) -> bool:
    """Return whether the text is codes of a font that does not tell its letters, or other words than one sees."""
    sample = text[:_SAMPLE_CHARS]
    bad = len(_NO_LETTER.findall(sample))
    count = pdfium.FPDFText_CountChars(layer.raw)
    places = range(0, count, count // _SAMPLES + 1)
    unknown = sum(pdfium.FPDFText_HasUnicodeMapError(layer.raw, place) == 1 for place in places)
    if bad > _BAD_SHARE * len(sample) or unknown > _BAD_SHARE * max(1, len(places)):
        return True
    words = _WORD.findall(sample)
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
