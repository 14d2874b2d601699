"""Charsets as browsers take them (WHATWG Encoding): labels that mean another charset than they say, and marks.

The standard library knows the codecs; what it lacks are the labels of the web, a dozen names.
"""

import codecs
import re

_LABELS = {
    **dict.fromkeys(("ascii", "iso8859-1", "latin-1"), "cp1252"),
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "mac-roman": "mac_roman",
    "utf-7": "",
}
"""By Python's name of a codec: the codec that the label means on the web; empty for what browsers never read."""

_ALIASES = {
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "dos-874": "cp874",
    "x-cp1252": "cp1252",
    "x-cp1251": "cp1251",
    "x-cp1250": "cp1250",
    "unicode": "utf-16-le",
    "utf-16": "utf-16-le",
    "ansi": "cp1252",
    "iso-8859-8-i": "iso8859-8",
    "dos": "cp850",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""<meta[^<>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9_:-]{1,40})|<\?xml[^<>]{0,100}?encoding=["']([A-Za-z0-9_-]{1,40})""",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 4096
_SEVEN_BITS = ("iso2022", "hz")


def codec_of(label: str) -> str:
    """Return Python's name of the codec that browsers take for a label; empty for an unknown one."""
    plain = label.strip().strip("\"'").lower()
    if plain in _ALIASES:
        return _ALIASES[plain]
    try:
        found = codecs.lookup(plain)
    except (LookupError, ValueError):
        return ""
    if not found._is_text_encoding:  # noqa: SLF001 (the standard library has no other name for it: `rot13`, `zip`)
        return ""
    return _LABELS.get(found.name, found.name)


def marked(data: bytes) -> tuple[str, bytes] | None:
    """Return the codec of a byte order mark and the bytes after it; None without a mark."""
    return next(((codec, data[len(mark) :]) for mark, codec in _MARKS if data.startswith(mark)), None)


def declared_in_page(data: bytes) -> str:
    """Return the label that an HTML or XML page declares in its beginning; empty without one.

    A declaration that can be read byte for byte is not UTF-16, whatever it says: UTF-8 is meant (HTML, 13.2.3.3).
    """
    match = _DECLARED.search(data, 0, _DECLARED_WITHIN)
    label = (match[1] or match[2]).decode("ascii") if match else ""
    return "utf-8" if codec_of(label).startswith("utf-16") else label


def is_seven_bit(codec: str) -> bool:
    """Return whether a codec writes other letters by ASCII bytes alone, so that valid UTF-8 says nothing of it."""
    return codec.startswith(_SEVEN_BITS)
