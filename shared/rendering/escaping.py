"""Words as Markdown that shows them and does nothing else: no link, image, tag, list, heading, table or code. Pure.

Only what Markdown would act on is escaped (CommonMark 0.31.2, and the autolinks and tables of GFM), so that the text
stays readable where nobody renders it. Addresses stand in code spans: programs that look for bare addresses leave
these alone, escaped or not.
"""

import re

_STOP = r"\s<>\[\]`\u00ab\u00bb\u201c\u201d\"|\\"
_TAIL = r".,;:!?)'*_~"
_ROOTS = "com|net|org|edu|gov|info|biz|pro|name|aero|asia|coop|museum|shop|web|[a-z]{2}"
_ROOTS = f"(?-i:{_ROOTS}|{_ROOTS.upper()})"
"""In small letters or capitals: `fin.La suite` is a space that a file lost."""

_ADDRESS = re.compile(
    rf"""(?:[A-Za-z][A-Za-z0-9+.-]{{0,20}}://[^{_STOP}]*        # with a scheme
    |www\.[^{_STOP}]*
    |[\w.+-]{1, 64}@[\w-]+(?:\.[\w-]+)*                               # mail
    |(?<![\w.-])[\w-]{{2,63}}(?:\.[\w-]{{2,63}})*\.{_ROOTS}(?![\w-])(?:[/:?\#][^{_STOP}]*)?   # a bare host
    )(?<![{_TAIL}])""",
    re.VERBOSE | re.IGNORECASE,
)
_ACTIVE = re.compile(
    r"(?P<sign>[\\`*\[\]~]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # between letters it emphasises nothing
    r"|(?<=\])\()"
    r"|(?P<entity>[<>](?![\s\d=])|&(?=\#?\w+;))"
)
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_START = re.compile(
    r"(?P<number>\d{1,9})(?P<point>[.)])(?=\s|$)"  # an item of a list
    r"|(?P<sign>\#(?=\#{0,5}(?:\s|$))|[-+](?=\s|$)|>"
    r"|=(?==*\s*$)|[-|:](?=[-|:\s]*$))"  # underlines of headings, rulers, the second row of a table
)


def escaped(text: str) -> str:
    """Return words of one line as Markdown that may stand anywhere but at the start of a line."""
    pieces: list[str] = []
    at = 0
    for address in _ADDRESS.finditer(text):
        pieces += [_signs(text[at : address.start()]), f"`{address[0]}`"]
        at = address.end()
    return "".join([*pieces, _signs(text[at:])])


def escaped_line(text: str) -> str:
    """Return words of one line as Markdown of a line of its own."""
    line = " ".join(text.split(" ")).strip()
    start = _START.match(line)
    if start is None:
        return escaped(line)
    if start["number"]:
        return f"{start['number']}\\{start['point']}{escaped(line[start.end() :])}"
    sign = "&gt;" if start["sign"] == ">" else f"\\{start['sign']}"
    return sign + escaped(line[start.end() :])


def _signs(text: str) -> str:
    return _ACTIVE.sub(lambda match: f"\\{match['sign']}" if match["sign"] else _ENTITIES[match[0]], text)
