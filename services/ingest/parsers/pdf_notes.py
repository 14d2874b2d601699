"""What a PDF page shows beside its own text: values of forms, ticks, text boxes and notes of readers."""

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import pypdfium2
import pypdfium2.raw as pdfium

from services.ingest.parsers.decoding import clean

_HIDDEN = 2
_PASSWORD = 1 << 13
_MOST = 2000
_TICKED, _OPEN = "☒", "☐"
_TALL = 24.0
_LINE = 12.0
_BUTTONS = (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)
_WITH_VALUE = (pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX)
_NOTES = (
    pdfium.FPDF_ANNOT_TEXT,
    pdfium.FPDF_ANNOT_FREETEXT,
    pdfium.FPDF_ANNOT_STAMP,
    pdfium.FPDF_ANNOT_HIGHLIGHT,
    pdfium.FPDF_ANNOT_UNDERLINE,
    pdfium.FPDF_ANNOT_SQUARE,
    pdfium.FPDF_ANNOT_CIRCLE,
    pdfium.FPDF_ANNOT_LINE,
    pdfium.FPDF_ANNOT_CARET,
)

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Note:
    """Text at a place; `struck` marks the place as struck out instead."""

    lines: tuple[str, ...]
    box: Box
    struck: bool = False


def notes(page: "pypdfium2.PdfPage", form: object | None) -> Iterator[Note]:
    """Yield the values and notes of a page that one sees."""
    for number in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), _MOST)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, number)
        if not annotation:
            continue
        try:
            yield from _struck(annotation)
            found = _note(annotation, form)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
        if found is not None:
            yield found


def _struck(annotation: object) -> Iterator[Note]:
    """Yield a note for each line that a reader struck out."""
    if pdfium.FPDFAnnot_GetSubtype(annotation) != pdfium.FPDF_ANNOT_STRIKEOUT:
        return
    quad = pdfium.FS_QUADPOINTSF()
    for number in range(min(pdfium.FPDFAnnot_CountAttachmentPoints(annotation), _MOST)):
        if pdfium.FPDFAnnot_GetAttachmentPoints(annotation, number, quad):
            xs, ys = (quad.x1, quad.x2, quad.x3, quad.x4), (quad.y1, quad.y2, quad.y3, quad.y4)
            yield Note((), (min(xs), min(ys), max(xs), max(ys)), struck=True)


def _note(annotation: object, form: object | None) -> Note | None:
    kind = pdfium.FPDFAnnot_GetSubtype(annotation)
    if pdfium.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
        return None
    box = _box(annotation)
    words = ""
    if kind == pdfium.FPDF_ANNOT_WIDGET and form is not None:
        words = _value(annotation, form)
    elif kind in _NOTES:
        words = _string(lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, size))
    lines = tuple(filter(None, map(str.strip, clean(words).split("\n"))))
    return Note(lines, _line_of(box)) if lines else None


def _value(annotation: object, form: object) -> str:
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in _BUTTONS:
        return _TICKED if pdfium.FPDFAnnot_IsChecked(form, annotation) else _OPEN
    if kind not in _WITH_VALUE or pdfium.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD:
        return ""
    value = _string(lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size))
    chosen = [
        _string(partial(pdfium.FPDFAnnot_GetOptionLabel, form, annotation, at))
        for at in range(min(max(0, pdfium.FPDFAnnot_GetOptionCount(form, annotation)), _MOST))
        if pdfium.FPDFAnnot_IsOptionSelected(form, annotation, at)
    ]
    return ", ".join(chosen) or value


def _string(read: Callable[[object, int], int]) -> str:
    size = read(None, 0)
    if size <= 2 or size > 1_000_000:  # noqa: PLR2004
        return ""
    buffer = ctypes.create_string_buffer(size)
    read(ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return buffer.raw[:size].decode("utf-16-le", "replace").rstrip("\0")


def _box(annotation: object) -> Box:
    rectangle = pdfium.FS_RECTF()
    pdfium.FPDFAnnot_GetRect(annotation, rectangle)
    return (
        min(rectangle.left, rectangle.right),
        min(rectangle.bottom, rectangle.top),
        max(rectangle.left, rectangle.right),
        max(rectangle.bottom, rectangle.top),
    )


def _line_of(box: Box) -> Box:
    """Return the place of the first line: a tall field begins at its top."""
    x0, y0, x1, y1 = box
    return (x0, y1 - _LINE, x1, y1) if y1 - y0 > _TALL else box


def enclosed(pdf: "pypdfium2.PdfDocument") -> Iterator[tuple[str, bytes]]:
    """Yield the files in a file, with their names."""
    for number in range(min(pdfium.FPDFDoc_GetAttachmentCount(pdf.raw), _MOST)):
        file = pypdfium2.PdfAttachment(pdfium.FPDFDoc_GetAttachment(pdf.raw, number), pdf)
        yield file.get_name(), bytes(file.get_data())
