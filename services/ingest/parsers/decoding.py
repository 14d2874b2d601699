"""Decoding of bytes to clean text: charset as declared or detected, invisible characters removed."""

import re
import unicodedata
from collections.abc import Iterator

from services.ingest.parsers.charsets import codec_of, is_seven_bit, marked
from services.ingest.parsers.western import western
from shared.errors import UnreadableDocument
from shared.language.names import unjoined

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
_C1 = re.compile(r"[\x80-\x84\x86-\x9f]")
_UTF_16_SAMPLE = 4096
_ZEROS_OF_UTF_16 = 0.3
"""Share of zeros among every other byte by which UTF-16 without its mark is known: our alphabets have nearly all."""

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
_UNKNOWN, _TOLERATED_UNKNOWN = "\ufffd", 3
"""What stands for each accent where a program has lost them: three or four of 100 letters of French, and no word is
found any more."""


def decode(data: bytes, declared: str = "") -> str:
    """Return the text of a file.

    A byte order mark wins, then what is valid UTF-8 (people convert files and leave the declaration), then the declared
    charset as browsers take it (charsets.py), then what makes words of Western Europe (western.py).

    Args:
        declared: label of a charset, by a header or the page itself; empty without one.

    Raises:
        UnreadableDocument: the bytes are no text, or their letters were lost before.
    """
    text = _decoded(data, codec_of(declared) if declared else "")
    controls = sum(len(_CONTROL.findall(block)) for block in _blocks(text))
    if controls > _TOLERATED_CONTROLS and controls * 100 > len(text):
        raise UnreadableDocument(reason="not-text")
    lost = text.count(_UNKNOWN)
    if lost > _TOLERATED_UNKNOWN and lost * 100 > len(text):
        raise UnreadableDocument(reason="encoding")
    return clean(text)


def clean(text: str) -> str:
    r"""Return the text with `\n` line ends, composed accents, and no control or invisible characters."""
    return "".join(map(_clean_block, _blocks(text.replace("\r\n", "\n"))))


def _clean_block(text: str) -> str:
    readable = _SYMBOL.sub(lambda match: _SYMBOLS.get(match[0], match[0]), text)
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", _LINE_END.sub("\n", unjoined(readable))))


def _blocks(text: str) -> Iterator[str]:
    """Split the text into blocks short enough not to hold the event loop up; no accent leaves its letter."""
    start = 0
    while start < len(text):
        end = start + _BLOCK
        while end < len(text) and (unicodedata.combining(text[end]) or _JAMO.match(text[end])):
            end += 1
        yield text[start:end]
        start = end


def _decoded(data: bytes, declared: str) -> str:
    mark = marked(data)
    if mark is not None:
        return _strictly(mark[1], mark[0])
    if b"\0" in data:
        return _strictly(data, declared if declared.startswith("utf-16") else _utf_16_of(data))
    if is_seven_bit(declared):
        return data.decode(declared, "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _single_bytes(data, declared)


def _single_bytes(data: bytes, declared: str) -> str:
    """Decode what is no UTF-8: as declared where that can be, else by its words."""
    found = western(data)
    if declared and not declared.startswith("utf"):
        try:
            text = data.decode(declared)
        except UnicodeDecodeError:
            text = ""
        if text and not _C1.search(text):
            return text
    if found is None:
        raise UnreadableDocument(reason="encoding")
    return found


def _utf_16_of(data: bytes) -> str:
    """Return the codec of UTF-16 without its mark.

    Raises:
        UnreadableDocument: the zeros are not where UTF-16 has them.
    """
    sample = data[:_UTF_16_SAMPLE]
    first, second = (sample[place::2].count(0) * 2 / max(1, len(sample)) for place in (0, 1))
    if len(data) % 2 == 0 and abs(first - second) > _ZEROS_OF_UTF_16:
        return "utf-16-be" if first > second else "utf-16-le"
    raise UnreadableDocument(reason="binary")


def _strictly(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableDocument(reason="encoding") from error
    if "\0" in text:
        raise UnreadableDocument(reason="binary")
    return text
