"""E-mail (RFC 5322), with attachments, each read by the parser of its format."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.policy import default
from itertools import count

from services.ingest.detect import detect
from services.ingest.parsers.assembling import TextAssembly, title
from services.ingest.parsers.decoding import clean
from services.ingest.parsers.html_lines import html_lines
from services.ingest.ports import Format, NeedsOcr, ParsedDocument, Section, Table
from shared.errors import EmptyDocument, UnreadableDocument, VigieError

MEDIA_TYPE = "message/rfc822"
_PLAIN, _HTML = "text/plain", "text/html"
_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_MAX_DEPTH = 4
_MAX_PARTS = 500
_MAX_ATTACHMENTS = 100
_MAX_BYTES = 100_000_000
"""Most bytes of all attachments together, decoded."""

_MAX_HEADER = 2000
_UNREAD = "[{}]"
"""Placeholder of an unreadable attachment: its name alone, which needs no translation."""

_LEFT_OUT = "[+ {}]"
"""Placeholder of parts beyond the limits: their number."""


@dataclass(slots=True)
class _Allowance:
    """Remaining limits of a message and its attachments."""

    parts: int = _MAX_PARTS
    attachments: int = _MAX_ATTACHMENTS
    bytes: int = _MAX_BYTES


@dataclass(slots=True)
class _Reading:
    """State of the reading of a message."""

    formats: Sequence[Format]
    assembly: TextAssembly = field(default_factory=TextAssembly)
    sections: list[Section] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    left: _Allowance = field(default_factory=_Allowance)
    left_out: int = 0

    def add(self, lines: Sequence[str], headings: tuple[str, ...]) -> None:
        kept = [line for line in map(clean, lines) if line.strip()]
        if kept:
            self.sections.append(Section(headings, *self.assembly.add(kept)))

    def take_in(self, document: ParsedDocument, headings: tuple[str, ...]) -> None:
        start, _ = self.assembly.add([document.text])
        self.sections += [
            replace(
                section,
                headings=(*headings, *section.headings),
                start=section.start + start,
                end=section.end + start,
            )
            for section in document.sections
        ]
        self.tables += [
            replace(table, starts=[place + start for place in table.starts], end=table.end + start)
            for table in document.tables
        ]


class MailParser:
    """Reads a section of headers and text, then the sections of each attachment, under its file name.

    Args:
        formats: gives the table of formats, which this parser is a part of.
    """

    def __init__(self, formats: Callable[[], Sequence[Format]]) -> None:
        self._formats = formats

    def parse(self, data: bytes) -> ParsedDocument:
        """Read a message; unreadable attachments are named in the text, and do not refuse the message.

        What is too deep or one too many is counted there.

        Raises:
            EmptyDocument: there are no words in it.
            UnreadableDocument: it is no message.
        """
        reading = _Reading(self._formats())
        message = _message(data)
        subject = _header(message, "Subject")
        _read(reading, message, (), 1)
        if reading.left_out:
            reading.add([_LEFT_OUT.format(reading.left_out)], (subject,) if subject else ())
        if not reading.sections:
            raise EmptyDocument
        return ParsedDocument(
            reading.assembly.text, tuple(reading.sections), tuple(reading.tables), title=subject or None
        )


def _message(data: bytes) -> EmailMessage:
    try:
        message = message_from_bytes(data, policy=default)
    except (MessageError, ValueError, LookupError, RecursionError) as error:
        raise UnreadableDocument(reason="damaged") from error
    if not message.keys():
        raise UnreadableDocument(reason="damaged")
    return message


def _read(reading: _Reading, message: EmailMessage, above: tuple[str, ...], depth: int) -> None:
    subject = _header(message, "Subject")
    headings = (*above, subject) if subject else above
    words, attachments = _parts(reading, message)
    reading.add([*_head(message), *words], headings)
    for attachment in attachments:
        _attach(reading, attachment, headings, depth)


def _attach(reading: _Reading, part: MIMEPart, headings: tuple[str, ...], depth: int) -> None:
    reading.left.attachments -= 1
    if reading.left.attachments < 0:
        reading.left_out += 1
        return
    name = _name(part)
    under = (*headings, name)
    try:
        if depth >= _MAX_DEPTH:
            raise UnreadableDocument(reason="damaged")
        if part.get_content_type() == MEDIA_TYPE:
            _read(reading, _inner(part), under, depth + 1)
        else:
            reading.take_in(_parsed(reading, part, name), under)
    except (VigieError, ValueError, LookupError, MessageError) as error:
        if isinstance(error, NeedsOcr):
            raise
        reading.add([_UNREAD.format(name)], under)


def _parsed(reading: _Reading, part: MIMEPart, name: str) -> ParsedDocument:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        raise EmptyDocument
    reading.left.bytes -= len(data)
    if reading.left.bytes < 0:
        raise UnreadableDocument(reason="damaged")
    declared = part.get_content_type()
    known = [each for each in reading.formats if each.media_type != MEDIA_TYPE]
    return detect(known, media_type=declared, file_name=name, data=data).parser.parse(data)


def _parts(reading: _Reading, message: EmailMessage) -> tuple[list[str], list[MIMEPart]]:
    """Return the text of all parts of a message, and its attachments."""
    texts: list[tuple[int | None, str, list[str]]] = []
    attachments = []
    for part, choice in _leaves(message, count()):
        reading.left.parts -= 1
        kind = part.get_content_type() if reading.left.parts >= 0 else ""  # it takes the time of reading a part
        if not kind or kind.startswith("multipart/"):
            reading.left_out += _count_within(part)
        elif kind in (_PLAIN, _HTML) and not part.get_filename():
            texts.append((choice, kind, _words(part)))
        elif part.get_filename() or part.is_attachment() or part.get_content_maintype() != "image":
            attachments.append(part)  # an image without a name is a part of what is drawn
    return _chosen(texts), attachments


def _chosen(texts: Sequence[tuple[int | None, str, list[str]]]) -> list[str]:
    """Choose the plain form of text that has two, unless it is empty."""
    plain = {choice for choice, kind, lines in texts if kind == _PLAIN and any(map(str.strip, lines))} - {None}
    return [line for choice, kind, lines in texts if kind == _PLAIN or choice not in plain for line in lines]


def _leaves(
    part: MIMEPart, choices: Iterator[int], choice: int | None = None, depth: int = 0
) -> Iterator[tuple[MIMEPart, int | None]]:
    """Yield parts that are no containers, each with the number of its choice (multipart/alternative).

    A message within the message is one part, and so is a container that is too deep or has no parts.
    """
    if depth > _MAX_DEPTH * 3 or not _is_container(part):
        yield part, choice
        return
    if choice is None and part.get_content_subtype() == "alternative":
        choice = next(choices)
    for inner in _inside(part):
        yield from _leaves(inner, choices, choice, depth + 1)


def _count_within(part: MIMEPart) -> int:
    """Count the parts within a container that are none themselves; a part that is none counts as one."""
    found = 0
    waiting = [part]  # not by recursion: containers may be deeper than Python's stack
    while waiting:
        each = waiting.pop()
        if _is_container(each):
            waiting += _inside(each)
        else:
            found += 1
    return found


def _is_container(part: MIMEPart) -> bool:
    return part.is_multipart() and part.get_content_maintype() == "multipart"


def _inside(part: MIMEPart) -> list[MIMEPart]:
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, MIMEPart)] if isinstance(payload, list) else []


def _inner(part: MIMEPart) -> EmailMessage:
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else None
    if not isinstance(inner, EmailMessage):
        raise UnreadableDocument(reason="damaged")
    return inner


def _head(message: EmailMessage) -> list[str]:
    return [f"{name}: {value}" for name in _HEADERS if (value := _header(message, name))]


def _header(message: EmailMessage, name: str) -> str:
    """Return a header's text, cut short: parsing a long one takes quadratic time."""
    raw = next((value for known, value in message.raw_items() if known.lower() == name.lower()), "")
    try:
        value = default.header_fetch_parse(name, str(raw)[:_MAX_HEADER])
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):  # what the standard library trips over
        return ""
    return title(clean(str(value)))


def _words(part: MIMEPart) -> list[str]:
    try:
        content = part.get_content()
    except (LookupError, ValueError, AttributeError):  # an unknown charset or encoding
        payload = part.get_payload(decode=True)
        content = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    text = str(content)
    return html_lines(text) if part.get_content_type() == _HTML else text.splitlines()


def _name(part: MIMEPart) -> str:
    """Return the file's name, without folders."""
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError, AttributeError, TypeError):
        name = ""
    return title(clean(name.replace("\\", "/").rpartition("/")[2]))[:200] or part.get_content_type()
