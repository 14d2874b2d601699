"""E-mail (RFC 5322, Outlook's files), with attachments, each read by the parser of its format."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from pathlib import PurePosixPath

from services.ingest.archives import Archive
from services.ingest.detect import detect
from services.ingest.parsers import outlook, tnef
from services.ingest.parsers.assembling import TextAssembly, placed_under, without_text
from services.ingest.parsers.decoding import clean
from services.ingest.parsers.invitation import invitation_lines
from services.ingest.parsers.mail_headers import file_name, header, text_of
from services.ingest.parsers.mail_parts import (
    Choices,
    Words,
    count_within,
    inner_message,
    is_calendar,
    is_container,
    leaves,
    marked_quotes,
    message_of,
    page_words,
    payload,
    unflowed,
    without_armour,
)
from services.ingest.parsers.signed import signed_content
from services.ingest.ports import Format, NeedsOcr, ParsedDocument, Section, Table
from shared.contracts.media_types import EXTENSIONS
from shared.contracts.remarks import Remark
from shared.errors import UnreadableDocument, VigieError

MEDIA_TYPE, OUTLOOK = "message/rfc822", "application/vnd.ms-outlook"
_PLAIN, _HTML = "text/plain", "text/html"
_SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
"""Types that have no words: what is signed stands beside them."""

_REPORT = "message/delivery-status"
_SIGNED = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_MAX_DEPTH = 4
_MAX_PARTS = 500
_MAX_ATTACHMENTS = 100
_MAX_BYTES = 100_000_000
"""Most bytes of all attachments together, decoded."""

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


@dataclass(frozen=True, slots=True)
class _Enclosed:
    """A file in a message, with its declared type."""

    name: str
    kind: str
    data: bytes

    @property
    def extension(self) -> str:
        return PurePosixPath(self.name.lower()).suffix


@dataclass(slots=True)
class _Reading:
    """State of the reading of a message."""

    formats: Sequence[Format]
    assembly: TextAssembly = field(default_factory=TextAssembly)
    sections: list[Section] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    left: _Allowance = field(default_factory=_Allowance)
    left_out: int = 0

    def add(self, lines: Sequence[str], headings: tuple[str, ...]) -> None:
        kept = [line for line in map(clean, lines) if line.strip()]
        if kept:
            self.sections.append(Section(headings, *self.assembly.add(kept)))

    def spend(self, depth: int, size: int = 0) -> None:
        """Count a file against the limits.

        Raises:
            UnreadableDocument: there are too many, too deep, or too large ones.
        """
        self.left.attachments -= 1
        self.left.bytes -= size
        self.left_out += self.left.attachments < 0
        if self.left.attachments < 0 or self.left.bytes < 0 or depth >= _MAX_DEPTH:
            raise UnreadableDocument(reason="damaged")

    def take_in(self, document: ParsedDocument, headings: tuple[str, ...]) -> None:
        start, _ = self.assembly.add([document.text])
        sections, tables = placed_under(document, start, headings)
        self.sections += sections
        self.tables += tables
        self.remarks += [replace(each, part=each.part or headings[-1]) for each in document.remarks]


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
        message = _message_of(data)
        subject = header(message, "Subject")
        _read(reading, message, (), 1)
        if reading.left_out:
            reading.remarks.append(Remark("attachment-unread", count=reading.left_out))
            reading.add([_LEFT_OUT.format(reading.left_out)], (subject,) if subject else ())
        if not reading.sections:
            raise without_text(reading.remarks)
        return ParsedDocument(
            reading.assembly.text,
            tuple(reading.sections),
            tuple(reading.tables),
            title=subject or None,
            remarks=tuple(reading.remarks),
        )


def _message_of(data: bytes) -> EmailMessage:
    return outlook.message_of_outlook(data) if data.startswith(outlook.SIGNATURE) else message_of(data)


def _read(reading: _Reading, message: EmailMessage, above: tuple[str, ...], depth: int) -> None:
    subject = header(message, "Subject")
    headings = (*above, subject) if subject else above
    words, attachments = _parts(reading, message)
    reading.add([*_head(message), *words], headings)
    for attachment in attachments:
        _attach(reading, attachment, headings, depth)


def _attach(reading: _Reading, part: MIMEPart, headings: tuple[str, ...], depth: int) -> None:
    name, kind = file_name(part), part.get_content_type()
    with _naming(reading, name, (*headings, name)):
        if kind.startswith("message/") and kind != _REPORT and part.is_multipart():
            reading.spend(depth)
            _read(reading, inner_message(part), (*headings, name), depth + 1)
            return
        _enclose(reading, _Enclosed(name, kind, payload(part)), headings, depth)


def _enclose(reading: _Reading, file: _Enclosed, headings: tuple[str, ...], depth: int) -> None:
    """Read a file of a message, and the files in it."""
    under = (*headings, file.name)
    reading.spend(depth, len(file.data))
    extension = file.extension
    if file.kind == _REPORT:
        reading.add(text_of(file.data, "").splitlines(), under)
    elif file.kind.startswith("message/") or extension in EXTENSIONS[MEDIA_TYPE] + EXTENSIONS[OUTLOOK]:
        _read(reading, _message_of(file.data), under, depth + 1)
    elif file.data.startswith(tnef.SIGNATURE):
        _winmail(reading, file, headings, depth)
    elif file.kind in _SIGNED or extension == ".p7m":
        content = signed_content(file.data)
        if extension == ".p7m" and "." in file.name[:-4]:
            _enclose_named(reading, _Enclosed(file.name[:-4], "", content), headings, depth + 1)
        else:
            _read(reading, message_of(content), headings, depth + 1)
    elif is_calendar(file.kind, extension):
        reading.add(invitation_lines(text_of(file.data, "")), under)
    elif extension == ".zip":
        archive = Archive(file.data)
        for name in archive.names:
            if not name.endswith("/"):
                _enclose_named(reading, _Enclosed(name, "", archive.read(name)), under, depth + 1)
    else:
        reading.take_in(_parsed(reading, file), under)


def _enclose_named(reading: _Reading, file: _Enclosed, headings: tuple[str, ...], depth: int) -> None:
    with _naming(reading, file.name, (*headings, file.name)):
        _enclose(reading, file, headings, depth)


def _winmail(reading: _Reading, file: _Enclosed, headings: tuple[str, ...], depth: int) -> None:
    found = tnef.contents(file.data)
    lines = found.text.splitlines() if found.text.strip() else page_words(found.html, "").lines
    said = reading.assembly.text
    reading.add([line for line in lines if line.strip() not in said], (*headings, file.name))
    for each in found.files:
        name = each.name or file.name
        _enclose_named(reading, _Enclosed(name, "", each.data), headings, depth + 1)


def _parsed(reading: _Reading, file: _Enclosed) -> ParsedDocument:
    known = [each for each in reading.formats if each.media_type not in (MEDIA_TYPE, OUTLOOK)]
    return detect(known, media_type=file.kind, file_name=file.name, data=file.data).parser.parse(file.data)


@contextmanager
def _naming(reading: _Reading, name: str, under: tuple[str, ...]) -> Iterator[None]:
    """Name a file that cannot be read."""
    try:
        yield
    except NeedsOcr:
        raise
    except (VigieError, ValueError, LookupError, MessageError):
        if reading.left.attachments >= 0:
            reading.remarks.append(Remark("attachment-unread", detail=name))
            reading.add([_UNREAD.format(name)], under)


def _parts(reading: _Reading, message: EmailMessage) -> tuple[list[str], list[MIMEPart]]:
    """Return the text of all parts of a message, and its attachments: whatever is no text and no signature."""
    choices = Choices()
    attachments = []
    for part, choice in leaves(message):
        reading.left.parts -= 1
        kind = part.get_content_type() if reading.left.parts >= 0 else ""  # it takes the time of reading a part
        if not kind or is_container(part):
            reading.left_out += count_within(part)
            continue
        named = bool(part.get_filename()) or part.is_attachment()
        if kind in _SIGNATURES or (kind.startswith("image/") and not named):
            continue  # an image without a name is a part of what is drawn
        if part.get_content_maintype() in ("text", "multipart") and not named:
            choices.add(choice, kind, _words(part, kind))
        else:
            attachments.append(part)
    told = choices.told()
    reading.remarks += told.remarks
    return marked_quotes(told.lines), attachments


def _words(part: MIMEPart, kind: str) -> Words:
    charset = part.get_content_charset("") or ""
    data = payload(part)
    if kind == _HTML:
        return page_words(data, charset)
    text = without_armour(text_of(data, charset))
    if _parameter(part, "format") == "flowed":
        text = unflowed(text, deleted_spaces=_parameter(part, "delsp") == "yes")
    return Words((invitation_lines(text) if is_calendar(kind, "") else []) or text.splitlines())


def _parameter(part: MIMEPart, name: str) -> str:
    try:
        return str(part.get_param(name, "")).strip().lower()
    except (ValueError, LookupError, AttributeError, TypeError):
        return ""


def _head(message: EmailMessage) -> list[str]:
    return [f"{name}: {value}" for name in _HEADERS if (value := header(message, name))]
