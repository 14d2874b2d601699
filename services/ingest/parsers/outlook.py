"""Outlook's messages (.msg, MS-OXMSG) as messages of e-mail, which mail.py reads: a compound file of properties.

olefile reads the compound file; of the properties few are wanted.
"""

import struct
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from io import BytesIO

import olefile

from services.ingest.parsers.mail_headers import text_of
from services.ingest.parsers.mail_parts import message_of
from shared.errors import UnreadableDocument
from shared.language.names import one_line

SIGNATURE = olefile.MAGIC
_SUBJECT, _SENDER, _SENDER_SMTP, _SENDER_ADDRESS = 0x0037, 0x0C1A, 0x5D01, 0x0C1F
_TO, _CC, _SENT, _RECEIVED = 0x0E04, 0x0E03, 0x0039, 0x0E06
_CLASS, _TEXT, _HTML, _RTF = 0x001A, 0x1000, 0x1013, 0x1009
_CODE_PAGE, _PAGE_CODE_PAGE = 0x3FFD, 0x3FDE
_FILE_NAMES, _KIND, _DATA = (0x3707, 0x3704, 0x3001), 0x370E, 0x3701
_START, _END = 0x0060, 0x0061
_NAMED_START, _NAMED_END, _NAMED_PLACE = 0x820D, 0x820E, 0x8208
"""Of an appointment (MS-OXPROPS): their ids in a file are told by its list of names."""

_UNICODE, _STRING8, _BINARY, _OBJECT = 0x001F, 0x001E, 0x0102, 0x000D
_STREAM = "__substg1.0_{:04X}{:04X}"
_FIXED, _NAMES = "__properties_version1.0", "__nameid_version1.0"
_ATTACHED = "__attach_version1.0_"
_HEAD, _HEAD_WITHIN, _HEAD_OF_FILE = 32, 24, 8
_ENTRY = struct.Struct("<HHI8s")
_NAME = struct.Struct("<IHH")
_MOST_ENTRIES = 4_000
_WHOLE = "multipart/"
"""Kind of a file that is the whole message, as it was signed: its words are not said again."""

_DEEPEST = 5
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_LATEST = 2_650_467_743_990_000_000
"""Hundreds of nanoseconds from 1601 to the last day that there is."""

_Path = tuple[str, ...]


def message_of_outlook(data: bytes) -> EmailMessage:
    """Return the message of a file of Outlook, with its files and the messages in it.

    Raises:
        UnreadableDocument: it is none, or is damaged.
    """
    try:
        with olefile.OleFileIO(BytesIO(data)) as file:
            return _message(_Storage(file, (), _HEAD), 0)
    except (OSError, ValueError, IndexError, LookupError, TypeError, struct.error) as error:
        raise UnreadableDocument(reason="damaged") from error


class _Storage:
    """Properties of a message or of a file in it."""

    def __init__(self, file: olefile.OleFileIO, path: _Path, head: int) -> None:
        self.file = file
        self.path = path
        self._fixed = self._fixed_properties(head)
        pages = (self.number(_CODE_PAGE), self.number(_PAGE_CODE_PAGE))
        self.code_page, self.page_code_page = (f"cp{page}" if page else "" for page in pages)

    def text(self, identity: int, charset: str = "") -> str:
        """Return a property of characters; empty without it."""
        if (found := self._stream(identity, _UNICODE)) is not None:
            return found.decode("utf-16-le", "replace").rstrip("\0")
        found = self._stream(identity, _STRING8)
        return text_of(found.rstrip(b"\0"), charset or self.code_page) if found else ""

    def data(self, identity: int) -> bytes:
        return self._stream(identity, _BINARY) or b""

    def number(self, identity: int) -> int:
        return int.from_bytes(self._fixed.get(identity, b"")[:4], "little")

    def time(self, identity: int) -> datetime | None:
        ticks = int.from_bytes(self._fixed.get(identity, b""), "little")
        return _EPOCH + timedelta(microseconds=ticks // 10) if 0 < ticks < _LATEST else None

    def files(self) -> list["_Storage"]:
        """Return the files of a message in order."""
        depth = len(self.path)
        names = {
            each[depth]
            for each in self.file.listdir(streams=True, storages=True)
            if tuple(each[:depth]) == self.path and len(each) > depth and each[depth].startswith(_ATTACHED)
        }
        return [_Storage(self.file, (*self.path, name), _HEAD_OF_FILE) for name in sorted(names)]

    def within(self) -> "_Storage | None":
        """Return the message that a file of a message is."""
        path = (*self.path, _STREAM.format(_DATA, _OBJECT))
        found = self.file.exists([*path, _FIXED])
        return _Storage(self.file, path, _HEAD_WITHIN) if found else None

    def named(self, number: int) -> int:
        """Return the id that a named property has in this file (MS-OXMSG, 2.2.3); 0 without it."""
        path = [_NAMES, _STREAM.format(0x0003, _BINARY)]
        entries = self.file.openstream(path).read() if self.file.exists(path) else b""
        for at in range(0, min(len(entries), _MOST_ENTRIES * _NAME.size) - _NAME.size + 1, _NAME.size):
            identity, kind, index = _NAME.unpack_from(entries, at)
            if identity == number and not kind & 1:
                return 0x8000 + int(index)
        return 0

    def _stream(self, identity: int, kind: int) -> bytes | None:
        path = [*self.path, _STREAM.format(identity, kind)]
        return self.file.openstream(path).read() if self.file.exists(path) else None

    def _fixed_properties(self, head: int) -> dict[int, bytes]:
        path = [*self.path, _FIXED]
        entries = self.file.openstream(path).read() if self.file.exists(path) else b""
        last = min(len(entries), head + _MOST_ENTRIES * _ENTRY.size) - _ENTRY.size
        found = (_ENTRY.unpack_from(entries, at) for at in range(head, last + 1, _ENTRY.size))
        return {identity: value for _, identity, _, value in found}


def _message(storage: _Storage, depth: int) -> EmailMessage:
    message = EmailMessage()
    for name, value in _headers(storage):
        if value:
            message.set_raw(name, one_line(value))  # as it is: names of people parted by semicolons are no addresses
    files = storage.files()
    if not any(_kind(file).startswith(_WHOLE) for file in files):
        _add_words(message, storage)
    for file in files:
        _add_file(message, file, depth)
    return message


def _kind(file: _Storage) -> str:
    return file.text(_KIND).lower().strip()


def _headers(storage: _Storage) -> list[tuple[str, str]]:
    name, address = storage.text(_SENDER), storage.text(_SENDER_SMTP) or storage.text(_SENDER_ADDRESS)
    known = address if "@" in address else ""  # within one organisation it is a path of its directory
    sent = storage.time(_SENT) or storage.time(_RECEIVED)
    return [
        ("From", f"{name} <{known}>" if name and known and name != known else name or known),
        ("To", storage.text(_TO)),
        ("Cc", storage.text(_CC)),
        ("Date", format_datetime(sent) if sent else ""),
        ("Subject", storage.text(_SUBJECT)),
    ]


def _add_words(message: EmailMessage, storage: _Storage) -> None:
    text, page = storage.text(_TEXT), storage.data(_HTML)
    page = page or storage.text(_HTML).encode()
    charset = storage.page_code_page if storage.data(_HTML) else "utf-8"
    if text.strip() or not page:
        message.set_content(text)
    if page:
        message.add_alternative(page, "text", "html", params={"charset": charset} if charset else {})
    if not text.strip() and not page and storage.data(_RTF):
        message.add_attachment(storage.data(_RTF), "application", "rtf", filename="message.rtf")
    if entry := _appointment(storage):
        message.add_attachment(entry.encode(), "text", "calendar", filename="invitation.ics")


def _appointment(storage: _Storage) -> str:
    """Return when and where a meeting is as a calendar's entry; empty where the message is none."""
    if not storage.text(_CLASS).lower().startswith(("ipm.appointment", "ipm.schedule.meeting")):
        return ""
    times = {
        "DTSTART": storage.time(storage.named(_NAMED_START)) or storage.time(_START),
        "DTEND": storage.time(storage.named(_NAMED_END)) or storage.time(_END),
    }
    lines = [f"{name}:{time:%Y%m%dT%H%M%SZ}" for name, time in times.items() if time]
    if place := one_line(storage.text(storage.named(_NAMED_PLACE))):
        lines.append(f"LOCATION:{place}")
    return "\r\n".join(("BEGIN:VEVENT", *lines, "END:VEVENT")) if lines else ""


def _add_file(message: EmailMessage, file: _Storage, depth: int) -> None:
    name = next((one_line(name) for each in _FILE_NAMES if (name := file.text(each))), "")
    inner = file.within()
    kind = _kind(file)
    data = file.data(_DATA)
    if kind.startswith(_WHOLE):
        message.add_attachment(message_of(data), filename=name)
    elif inner is None or depth >= _DEEPEST:
        main, _, sub = kind.partition("/")
        plain = main in ("application", "image", "text") and sub.replace("-", "").replace(".", "").isalnum()
        message.add_attachment(data, *((main, sub) if plain else ("application", "octet-stream")), filename=name)
    else:
        message.add_attachment(_message(inner, depth + 1), filename=name)
