"""Blocks, rows and signs of a Word document, as they stand in its XML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.ingest.parsers.docx_styles import AS_IS, STRICT, RunLook, W, child, value
from services.ingest.parsers.xml_parts import Element, local, names

UNSHOWN = names("""
    del moveFrom instrText delText delInstrText pPr rPr sdtPr sectPr tblPr tblGrid annotationRef softHyphen
""")
_PLACE = re.compile("(?!D[89A-F]..)[0-9A-F]{4}", re.IGNORECASE)  # halves of characters (D800 to DFFF) are none
_LAST_IN_FONT, _PRIVATE = 0xFF, 0xF000
_BLOCKS = ("p", "tbl", "altChunk")
_CONTENTS = "Table of Contents"


@dataclass(slots=True)
class Line:
    """A paragraph being collected: its text, its notes, and what hangs on it. `look`: of its style."""

    parts: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    look: RunLook = AS_IS

    @property
    def text(self) -> str:
        return "".join(self.parts)


def is_on_custom(reference: Element) -> bool:
    """Return whether a note's mark is a custom text, which follows the reference."""
    return (value(reference, "customMarkFollows") or "0") in ("1", "true", "on")


def symbol(place: str) -> str:
    """Return the sign of a code in a symbol font, given plainly or in Unicode's private use area."""
    if not _PLACE.fullmatch(place):
        return ""
    code = int(place, 16)
    return chr(code if code > _LAST_IN_FONT else code + _PRIVATE)


def blocks_of(container: Element) -> Iterator[Element]:
    """Yield paragraphs and tables in order, through all wrappers, without tables of contents."""
    for each in container:
        name = local(each)
        if name in _BLOCKS:
            yield each
        elif name == "AlternateContent" and len(each):
            yield from blocks_of(each[0])
        elif name == "sdt" and _is_list_of_contents(each):
            continue
        elif name and name not in UNSHOWN:
            yield from blocks_of(each)


def _is_list_of_contents(control: Element) -> bool:
    return value(child(control, "sdtPr", "docPartObj", "docPartGallery")) == _CONTENTS


def inside(element: Element, name: str) -> Iterator[Element]:
    """Yield rows of a table or cells of a row, those in content controls too."""
    for each in element:
        if each.tag in (W + name, STRICT + name):
            yield each
        elif local(each) in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "AlternateContent", "Choice"):
            yield from inside(each, name)


def number_of(text: str | None, default: int) -> int:
    return min(int(text), 1000) if text and text.isdecimal() else default
