"""The one rule for titles and other names (S22): one line, and nothing in it that a terminal or a page would act on."""

import re
import unicodedata

_REFUSED = re.compile(
    r"[\x00-\x1f\x7f-\x9f"  # control characters, line ends and the escape of terminals among them
    r"\u2028\u2029"  # line and paragraph separators
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction, which shows other words than it holds
    r"\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e007f]"  # halves of a pair, annotation, tags
)
_NONCHARACTERS = re.compile(
    "[\ufdd0-\ufdef" + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)) + "]"
)
"""Code points that are no characters. XML cannot hold two of them: with one in a text, no file could be written."""

_UNSEEN = re.compile(r"[\u00ad\u200b\u2060-\u2064\u206a-\u206f\ufeff]")
"""Soft hyphen, zero-width space, joiners of words, byte order mark: what is copied from a page brings them along."""

_JOINED = re.compile("[\ufb00-\ufb06]")

_ESCAPE = re.compile(r"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)?|\[[0-?]*[ -/]*[@-~]?|[PX^_][^\x1b]*(?:\x1b\\)?)")
"""A terminal's sequence as a whole (ECMA-48): title, colour, string."""

_SPACE = re.compile(r"[\s\x85]*[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]\s*|[ ]{2,}")

_LINE_END = re.compile(r"\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")


def is_name(text: str) -> bool:
    """Return whether a text can be a title or another name as it is: no control, escape or bidi character."""
    return _REFUSED.search(text) is None


def composed(text: str) -> str:
    """Return a text in the one Unicode form of names (NFC): what a Mac sends is what others type."""
    return _of_characters(unicodedata.normalize("NFC", text))


def unjoined(text: str) -> str:
    """Return a text with letters apart that a typesetter joined (`fi` as one): nobody types them who searches."""
    return _JOINED.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)


def _of_characters(text: str) -> str:
    """Return a text with the replacement character where it has a code point that is none (Unicode 23.7)."""
    return _NONCHARACTERS.sub("\ufffd", text)


def one_line(text: str) -> str:
    """Return a name as it is shown: what `is_name` refuses is left out, line ends are spaces.

    No-break spaces are typography and stay.
    """
    if text.isprintable() and "  " not in text:  # most names: nothing to leave out
        return text.strip()
    seen = _UNSEEN.sub("", _REFUSED.sub("", _SPACE.sub(" ", _ESCAPE.sub("", _of_characters(text)))))
    return _SPACE.sub(" ", seen).strip()  # what was left out had spaces on both sides


def shown_text(text: str) -> str:
    r"""Return a text of several lines, with `\n` line ends, without what `is_name` refuses in a name."""
    if text.isprintable():
        return text
    lines = _LINE_END.split(_ESCAPE.sub("", _of_characters(text)))
    return "\n".join(_UNSEEN.sub("", _REFUSED.sub("", line.replace("\t", " "))) for line in lines)
