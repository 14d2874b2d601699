"""Parts of e-mail (RFC 2045): messages as programs really write them, alternatives, quotes of former mails."""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy
from functools import lru_cache
from itertools import count
from typing import Any, cast

from services.ingest.parsers.charsets import declared_in_page, marked
from services.ingest.parsers.html_lines import html_lines, scan
from services.ingest.parsers.html_looks import Hiding, shown_value
from services.ingest.parsers.mail_headers import text_of
from services.ingest.parsers.mathml import with_formulas
from shared.contracts.remarks import Remark
from shared.errors import UnreadableDocument
from shared.language.sentences import sentence_spans

_PLAIN, _HTML = "text/plain", "text/html"
_DEEPEST = 12
_QUOTE = re.compile(r"(?:>[ \t]?)+")
_FORMER = re.compile(
    r"[-_ ]{3,}\s*(?:message d[’']origine|original message|message transféré|forwarded message"  # noqa: RUF001
    r"|ursprüngliche nachricht)\s*[-_ ]{3,}|_{20,}",
    re.IGNORECASE,
)
_FORMER_HEAD = re.compile(r"(?:de|from|von)\s*:.*", re.IGNORECASE)
_SENT = re.compile(r"(?:envoyé|sent|date|gesendet)(?: le)?\s*:.*", re.IGNORECASE)
_MAILBOX = re.compile(rb"\A(?:>?From [^\r\n]*(?:\r\n|\r|\n)){1,20}")
"""Lines that a mailbox has before a message's headers."""

_ENCODED = re.compile(rb"\A\s*(?:[A-Za-z0-9+/]{4}\s?){5,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)[ \t]*(?=\r?\n|\Z)")
_SOFT_BREAK = re.compile(r"=[ \t]+\r?\n")
"""A line's end that is none, with the spaces that relays add behind it and readers take away (RFC 2045, 6.7, 3)."""

_ARMOUR = re.compile(
    r"^-----BEGIN PGP SIGNED MESSAGE-----\r?\n(?:[A-Za-z]+: [^\n]*\n)*\r?\n(?P<text>(?:(?!-----BEGIN PGP)[^\n]*\n)*)"
    r"-----BEGIN PGP SIGNATURE-----\r?\n(?:(?!-----END)[^\n]*\n)*-----END PGP SIGNATURE-----",
    re.MULTILINE,
)
_SIGNATURE = "-- "
_FULLER = 2
_FEW = 100


class _Policy(EmailPolicy):
    """Headers as `email.policy.default` has them, each parsed once: the library asks a part's type six times over."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        if len(value) > _LONGEST_KEPT:
            return super().header_fetch_parse(name, value)
        return _parsed_header(name, value)


_POLICY = cast("EmailPolicy[EmailMessage]", _Policy())
_LONGEST_KEPT = 1_000


@lru_cache(maxsize=1_000)
def _parsed_header(name: str, value: str) -> Any:
    return EmailPolicy.header_fetch_parse(_POLICY, name, value)


def message_of(data: bytes) -> EmailMessage:
    """Parse a message; a byte order mark, empty lines before its headers, and other codes for it are looked past.

    Raises:
        UnreadableDocument: it is none.
    """
    mark = marked(data)
    if mark is not None:
        data = mark[1] if mark[0] == "utf-8" else mark[1].decode(mark[0], "replace").encode()
    data = _MAILBOX.sub(b"", data.lstrip(b"\r\n \t"), count=1)
    try:
        message = message_from_bytes(data, policy=_POLICY)
    except (MessageError, ValueError, LookupError, RecursionError) as error:
        raise UnreadableDocument(reason="damaged") from error
    if not message.keys():
        raise UnreadableDocument(reason="damaged")
    return message


def inner_message(part: MIMEPart) -> EmailMessage:
    """Return the message that a part of type message/rfc822 has, which some programs encode though none may.

    Raises:
        UnreadableDocument: there is none.
    """
    found = part.get_payload()
    inner = found[0] if isinstance(found, list) and found else None
    if not isinstance(inner, EmailMessage):
        raise UnreadableDocument(reason="damaged")
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    if encoding == "quoted-printable" and "content-transfer-encoding" not in inner:
        return message_of(quopri.decodestring(inner.as_bytes()))
    if encoding != "base64" or inner.keys():
        return inner
    body = inner.get_payload()
    data = body.encode("ascii", "surrogateescape") if isinstance(body, str) else b""
    try:
        return message_of(base64.b64decode(data))
    except binascii.Error as error:
        raise UnreadableDocument(reason="damaged") from error


def leaves(
    part: MIMEPart, choices: Iterator[int] | None = None, choice: int | None = None, depth: int = 0
) -> Iterator[tuple[MIMEPart, int | None]]:
    """Yield parts that are no containers, each with the number of its choice (multipart/alternative).

    A message within the message is one part; so is a container without parts, whose text is text.
    """
    choices = count() if choices is None else choices
    inside = part.get_payload()
    if part.get_content_maintype() != "multipart" or depth > _DEEPEST or not isinstance(inside, list):
        yield part, choice
        return
    if choice is None and part.get_content_subtype() == "alternative":
        choice = next(choices)
    for inner in inside:
        if isinstance(inner, MIMEPart):
            yield from leaves(inner, choices, choice, depth + 1)


def is_container(part: MIMEPart) -> bool:
    return part.is_multipart() and part.get_content_maintype() == "multipart"


def count_within(part: MIMEPart) -> int:
    """Count the parts within a container that are none themselves; a part that is none counts as one."""
    found = 0
    waiting = [part]  # not by recursion: containers may be deeper than Python's stack
    while waiting:
        each = waiting.pop()
        inside = each.get_payload() if is_container(each) else None
        if isinstance(inside, list):
            waiting += [inner for inner in inside if isinstance(inner, MIMEPart)]
        else:
            found += 1
    return found


def payload(part: MIMEPart) -> bytes:
    """Return a part's bytes, decoded from what it was sent in.

    A list's foot in plain letters behind a part in base64 is left as it is: the decoder would give all back undecoded.
    """
    encoding = _encoding_of(part)
    written = part.get_payload()
    if encoding == "quoted-printable" and isinstance(written, str):
        return quopri.decodestring(_SOFT_BREAK.sub("=\n", written).encode("utf-8", "surrogateescape"))
    data = part.get_payload(decode=True)
    if isinstance(data, bytes):
        encoded = encoding == "base64"
        return _with_foot(data) if encoded and part.get_content_maintype() == "text" else data
    inside = part.get_payload()
    return b"\n".join(bytes(each) for each in inside if isinstance(each, MIMEPart)) if isinstance(inside, list) else b""


def _encoding_of(part: MIMEPart) -> str:
    """Return the transfer encoding of a part, and write it into its head as decoders know it (not `BASE64 ;`)."""
    told = str(part.get("content-transfer-encoding", ""))
    encoding = re.split(r"[\s;(]", told.strip().strip('"').lower(), maxsplit=1)[0].rstrip('"')
    if encoding and encoding != told:
        del part["content-transfer-encoding"]
        part["Content-Transfer-Encoding"] = encoding
    return encoding


def _with_foot(data: bytes) -> bytes:
    """Return what base64 begins with decoded, with the lines behind it; data that was decoded has no such beginning."""
    match = _ENCODED.match(data)
    if match is None or match.end() == len(data):
        return data
    try:
        return base64.b64decode(match[0], validate=False) + b"\n" + data[match.end() :]
    except binascii.Error:
        return data


def unflowed(text: str, *, deleted_spaces: bool) -> str:
    """Return the paragraphs of `format=flowed` whole (RFC 3676, 4): one that ends in a space goes on in the next.

    Args:
        deleted_spaces: the space was added for it (`delsp=yes`), within a word too.
    """
    told: list[str] = []
    open_depth = -1
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:].removeprefix(" ")
        if depth == open_depth and words != _SIGNATURE:
            told[-1] += words
        else:
            told.append(f"{'>' * depth} {words}" if depth else words)
        flows = words.endswith(" ") and words != _SIGNATURE
        open_depth = depth if flows else -1
        if flows and deleted_spaces:
            told[-1] = told[-1][:-1]
    return "\n".join(told)


def without_armour(text: str) -> str:
    """Return a text signed with OpenPGP without the lines of its signature (RFC 9580, 7)."""
    match = _ARMOUR.search(text) if "-----BEGIN PGP SIGNED" in text else None
    return text[: match.start()] + match["text"] + text[match.end() :] if match else text


def is_calendar(kind: str, extension: str) -> bool:
    return kind == "text/calendar" or extension in (".ics", ".vcs")


@dataclass(frozen=True, slots=True)
class Words:
    """Lines of a part of a message.

    Attributes:
        tells_more: its look changes what it says, by raised digits or struck-out words: its plain form has lost that.
        remarks: what was left out of it.
        pictures: alternative texts of its pictures, which are no lines of it.
    """

    lines: Sequence[str]
    tells_more: bool = False
    remarks: Sequence[Remark] = ()
    pictures: Sequence[str] = ()


def page_words(data: bytes, charset: str) -> Words:
    """Return the words of an HTML part; its header says the charset, else the page does."""
    source = with_formulas(text_of(data, charset or declared_in_page(data)))
    looks = Hiding(source)
    lines = html_lines(source, quote="> ", looks=looks)
    struck = any(each.code == "struck-out" for each in looks.remarks)
    shown = scan(source, (), Hiding(source).hides)
    pictures = [words for _, tag in shown if tag and tag.name == "img" and (words := shown_value(tag))]
    return Words(lines, looks.has_scripts or struck, looks.remarks, list(dict.fromkeys(pictures)))


class Choices:
    """Texts of a message in order, of which some say the same in another form."""

    def __init__(self) -> None:
        self._texts: list[tuple[int | None, str, Words]] = []

    def add(self, choice: int | None, kind: str, words: Words) -> None:
        self._texts.append((choice, kind, words))

    def told(self) -> Words:
        """Return the lines without those of HTML whose plain form says as much."""
        plain, pages = (self._sizes(kind) for kind in (_PLAIN, _HTML))
        fuller = {each for each in plain if plain[each] * _FULLER + _FEW < pages.get(each, 0)}
        fuller |= {
            choice for choice, kind, words in self._texts if kind == _HTML and choice in plain and words.tells_more
        }
        blank = {each for each in plain if not plain[each]}
        told = [
            words
            for choice, kind, words in self._texts
            if choice is None
            or (kind == _HTML and (choice not in plain or choice in fuller | blank))
            or (kind == _PLAIN and choice not in fuller)
            or kind not in (_PLAIN, _HTML)
        ]
        lines = [line for words in told for line in words.lines]
        lines += [each for _, _, words in self._texts for each in words.pictures if each not in lines]
        return Words(lines, remarks=[each for words in told for each in words.remarks])

    def _sizes(self, wanted: str) -> dict[int, int]:
        sizes: dict[int, int] = {}
        for choice, kind, words in self._texts:
            if choice is not None and kind == wanted:
                sizes[choice] = sizes.get(choice, 0) + sum(len(line.strip()) for line in words.lines)
        return sizes


def marked_quotes(lines: Sequence[str]) -> list[str]:
    """Return the lines with `> ` before each sentence of a former mail, so that none is quoted as this one's."""
    found: list[str] = []
    former = False
    for place, line in enumerate(lines):
        former = former or _opens_former(lines, place)
        quoted = _QUOTE.match(line)
        if quoted is None and not former:
            found.append(line)
            continue
        mark, words = (quoted[0], line[quoted.end() :]) if quoted else ("", line)
        depth = max(1, mark.count(">"))
        found += [f"{'>' * depth} {words[start:end].strip()}" for start, end in sentence_spans(words)]
    return found


def _opens_former(lines: Sequence[str], place: int) -> bool:
    line = lines[place].strip()
    if _FORMER.fullmatch(line):
        return True
    following = [each.strip() for each in lines[place + 1 : place + 4] if each.strip()]
    return bool(_FORMER_HEAD.fullmatch(line)) and bool(following) and bool(_SENT.fullmatch(following[0]))
