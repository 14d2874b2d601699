"""Decoding of bytes to clean text: encoding detected, invisible characters removed."""

import codecs
import re
import unicodedata
from collections.abc import Iterator

from shared.errors import UnreadableDocument

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LINE_END = re.compile(r"[\r\v\f\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_JAMO = re.compile("[\u1100-\u11ff]")  # parts of Korean syllables, which are composed too
_BLOCK = 256 * 1024
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0d-\x1f\x7f-\x9f"
    r"\u00ad\u200b\u2060\ufeff"  # soft hyphen, zero-width space, word joiner, byte order mark
    r"\u202a-\u202e\u2066-\u2069"  # change of direction, which shows other words than it holds
    r"\ufff9-\ufffb\U000e0000-\U000e007f]"  # interlinear annotation, tags
)
_LETTERS = r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e"
_TYPOGRAPHY = r"\u00a0-\u00a9\u00ab\u00ae-\u00bf\u00d7\u00f7\u2013-\u203a\u20ac\u2122"
_EXPECTED = re.compile(f"[{_LETTERS}{_TYPOGRAPHY}]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_DOUBLE = re.compile(f"[\u00c2\u00c3][{_TYPOGRAPHY}\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc]")
"""Traces of UTF-8 read as cp1252: a capital A with an accent and a sign, for one small letter."""

_SYMBOL = re.compile(r"[\uf020-\uf0fe]")
_SYMBOLS = {
    code: sign
    for codes, sign in (
        ("\uf0b7\uf09f", "•"),
        ("\uf0a7\uf06e", "▪"),
        ("\uf0d8", "➢"),
        ("\uf0e0\uf0e8\uf0f0", "→"),
        ("\uf0fc", "✓"),
        ("\uf0fb", "✗"),
        ("\uf0fe\uf0fd\uf078\uf054", "☒"),
        ("\uf052", "☑"),
        ("\uf0a8\uf06f\uf071\uf072", "☐"),
        ("\uf0b0", "°"),
        ("\uf0b1", "±"),
        ("\uf0b3", "≥"),
        ("\uf0a3", "≤"),
        ("\uf0b4", "\u00d7"),
        ("\uf06d", "µ"),
        ("\uf044", "Δ"),
    )
    for code in codes
}
"""Signs that Word stores by their code in the fonts Symbol and Wingdings, unreadable to other programs.

PDF files keep the place and not the font: where the fonts differ, the sign that people write more often is taken.
"""

_TOLERATED_CONTROLS = 3


def decode(data: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16 with its mark, or cp1252 where that reads as a Western European text.

    Raises:
        UnreadableDocument: the bytes are no text.
    """
    text = _decoded(data)
    controls = sum(len(_CONTROL.findall(block)) for block in _blocks(text))
    if controls > _TOLERATED_CONTROLS and controls * 100 > len(text):
        raise UnreadableDocument(reason="not-text")
    return clean(text)


def clean(text: str) -> str:
    r"""Return the text with `\n` line ends, composed accents, and no control or invisible characters."""
    return "".join(map(_clean_block, _blocks(text.replace("\r\n", "\n"))))


def _clean_block(text: str) -> str:
    readable = _SYMBOL.sub(lambda match: _SYMBOLS.get(match[0], match[0]), text)
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", _LINE_END.sub("\n", readable)))


def _blocks(text: str) -> Iterator[str]:
    """Split the text into blocks short enough not to hold the event loop up; no accent leaves its letter."""
    start = 0
    while start < len(text):
        end = start + _BLOCK
        while end < len(text) and (unicodedata.combining(text[end]) or _JAMO.match(text[end])):
            end += 1
        yield text[start:end]
        start = end


def _decoded(data: bytes) -> str:
    if data.startswith(_UTF_16):
        return _strictly(data, "utf-16")
    if b"\0" in data:
        raise UnreadableDocument(reason="binary")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _strictly(data, "cp1252")
    beyond_ascii = _BEYOND_ASCII.findall(text)
    unusual = sum(1 for character in beyond_ascii if not _EXPECTED.match(character)) + len(_DOUBLE.findall(text))
    if unusual * 10 > len(beyond_ascii) or len(beyond_ascii) * 3 > len(text):
        raise UnreadableDocument(reason="encoding")
    return text


def _strictly(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableDocument(reason="encoding") from error
    if "\0" in text:
        raise UnreadableDocument(reason="binary")
    return text
