"""Characters of a PDF page with their places, and the segments of a line that they make.

A segment is a run of characters on one baseline without a wide gap. Raised and lowered digits are said as such, and
struck text between `~~`.
"""

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium

_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")  # noqa: RUF001
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")  # noqa: RUF001
_FRACTION = re.compile(r"([0-9]?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)[/⁄]([₀₁₂₃₄₅₆₇₈₉]+)")  # noqa: RUF001
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789")
_BARS = "/⁄"  # noqa: RUF001
_SMALL = 0.85
_SHIFT = 0.1
_WORD_GAP = 0.17
_SEGMENT_GAP = 1.0
_BACK = 0.6
_STRUCK_WITHIN = (0.33, 0.64)
_QUARTER = 1.5707963


@dataclass(slots=True)
class Glyph:
    """A character and its box, in points, y upwards; `turn` counts quarters of a circle."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    turn: int = 0
    struck: bool = False

    @property
    def height(self) -> float:
        return max(0.1, self.y1 - self.y0)


@dataclass(slots=True)
class Segment:
    """Text on one baseline in parts: the words, 1 for raised or -1 for lowered ones, and whether they are struck out.

    `last` is the place of the last glyph.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    parts: list[tuple[str, int, bool]] = field(default_factory=list)
    last: tuple[float, float] = (0.0, 0.0)

    @property
    def height(self) -> float:
        return max(0.1, self.y1 - self.y0)

    @property
    def text(self) -> str:
        words, struck = "", False
        for part, level, is_struck in self._joined():
            if is_struck != struck:
                words = f"{words.rstrip()}~~ " if struck and words.endswith(" ") else f"{words}~~"
                struck = is_struck
            words += _shifted(part, level)
        return _FRACTION.sub(_fraction, words.rstrip() + "~~" if struck else words).strip()

    def _joined(self) -> Iterator[tuple[str, int, bool]]:
        at = 0
        while at < len(self.parts):
            _, level, struck = self.parts[at]
            last = at
            while last < len(self.parts) and self.parts[last][1:] == (level, struck):
                last += 1
            yield "".join(part for part, _, _ in self.parts[at:last]), level, struck
            at = last


def _fraction(match: re.Match[str]) -> str:
    """Return a fraction in plain digits, apart from the number before it."""
    return f"{match[1]}{' ' if match[1] else ''}{match[2].translate(_PLAIN)}/{match[3].translate(_PLAIN)}"


def _shifted(part: str, level: int) -> str:
    if not level or not any(character.isdigit() or character == "n" for character in part):
        return part
    words = part.translate(_RAISED if level > 0 else _LOWERED)
    return part if any(character.isalpha() and character != "ⁿ" for character in words) else words


def glyphs(text: "pypdfium2.PdfTextpage") -> list[Glyph]:
    """Return the characters of a page in the order in which it draws them, without those that PDFium made up."""
    raw, box = text.raw, pdfium.FS_RECTF()
    place = ctypes.byref(box)
    found: list[Glyph] = []
    for index in range(pdfium.FPDFText_CountChars(raw)):
        code = pdfium.FPDFText_GetUnicode(raw, index)
        if code in (0, 10, 13) or not pdfium.FPDFText_GetLooseCharBox(raw, index, place):
            continue
        if code == 32 and pdfium.FPDFText_IsGenerated(raw, index) == 1:  # noqa: PLR2004
            continue
        turn = -round(pdfium.FPDFText_GetCharAngle(raw, index) / _QUARTER) % 4  # PDFium counts clockwise
        found.append(_turned(Glyph(_character(code), box.left, box.bottom, box.right, box.top), turn))
    return found


def _character(code: int) -> str:
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else "\ufffd"  # noqa: PLR2004


def _turned(glyph: Glyph, turn: int) -> Glyph:
    """Return the glyph in the coordinates of who turns the page so that it stands upright."""
    x0, y0, x1, y1 = turned(turn, glyph.x0, glyph.y0, glyph.x1, glyph.y1)
    return Glyph(glyph.text, x0, y0, x1, y1, turn)


def turned(turn: int, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
    """Turn a box by quarters, counter-clockwise text made upright."""
    if turn == 1:
        return y0, -x1, y1, -x0
    if turn == 2:  # noqa: PLR2004
        return -x1, -y1, -x0, -y0
    return (-y1, x0, -y0, x1) if turn else (x0, y0, x1, y1)


def segments(drawn: Sequence[Glyph]) -> list[Segment]:
    """Return the segments of glyphs that stand the same way."""
    found: list[Segment] = []
    for glyph in drawn:
        if not found or not _continued(found[-1], glyph):
            if glyph.text.isspace():
                continue
            part, place = (glyph.text, 0, glyph.struck), (glyph.x0, glyph.x1)
            found.append(Segment(glyph.x0, glyph.y0, glyph.x1, glyph.y1, [part], place))
    return [segment for segment in found if segment.text]


def _continued(segment: Segment, glyph: Glyph) -> bool:
    """Append a glyph to a segment where it belongs there."""
    if segment.last == (glyph.x0, glyph.x1) and segment.y0 == glyph.y0:  # letters of a ligature
        segment.parts.append((glyph.text, segment.parts[-1][1], glyph.struck))
        return True
    base, gap = segment.height, glyph.x0 - segment.x1
    if not -_BACK * base < gap < _SEGMENT_GAP * base:
        return False
    if glyph.y1 < segment.y0 or glyph.y0 > segment.y1:
        return False
    level = _level(segment, glyph, gap)
    if level is None:
        return False
    if gap > _WORD_GAP * base and not glyph.text.isspace() and not segment.parts[-1][0].endswith(" "):
        segment.parts.append((" ", 0, glyph.struck and segment.parts[-1][2]))
    segment.parts.append((glyph.text, level, glyph.struck))
    segment.x1, segment.last = max(segment.x1, glyph.x1), (glyph.x0, glyph.x1)
    return True


def _level(segment: Segment, glyph: Glyph, gap: float) -> int | None:
    """Return whether a glyph is raised (1), lowered (-1) or neither; None for one of another line."""
    base = segment.height
    up = (glyph.y0 - segment.y0) / base
    small = glyph.height < _SMALL * base
    if glyph.height * _SMALL > base and -up * base > _SHIFT * glyph.height:
        segment.parts = [(part, 1, struck) for part, _, struck in segment.parts]  # it began with what is raised
        segment.y0, segment.y1 = glyph.y0, glyph.y1
        return 0
    if small and segment.parts[-1][0] in _BARS:
        return -1  # a fraction's lower number stands on the line
    if glyph.text.isspace() or abs(up) < (_SHIFT / 2 if small else 2 * _SHIFT):
        return 0
    if gap < _BACK * base:
        if up >= _SHIFT:
            return 1
        if up < -_SHIFT / 2 or (small and glyph.y1 < segment.y1 - 2 * _SHIFT * base):
            return -1
    return 0 if small else None


def strike(drawn: Sequence[Glyph], boxes: Sequence[tuple[float, float, float, float]]) -> None:
    """Mark the glyphs that a line goes through, or a mark of a reader; boxes as the glyphs stand."""
    for glyph in drawn if boxes else ():
        glyph.struck = any(_goes_through(glyph, box) for box in boxes)
    for before, glyph, after in zip(drawn, drawn[1:], drawn[2:], strict=False):
        if glyph.text.isspace():
            glyph.struck = before.struck and after.struck


def _goes_through(glyph: Glyph, box: tuple[float, float, float, float]) -> bool:
    x0, y0, x1, y1 = box
    middle = (glyph.x0 + glyph.x1) / 2
    low, high = (glyph.y0 + share * glyph.height for share in _STRUCK_WITHIN)
    return x0 - 1 <= middle <= x1 + 1 and low <= (y0 + y1) / 2 <= high
