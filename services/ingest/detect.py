"""Detection of a file's format by its content; name and declared type decide among text formats only."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from services.ingest.archives import Archive
from services.ingest.ports import Format
from shared.contracts.media_types import OWN_TYPES
from shared.errors import UnreadableDocument, UnsupportedMediaType

_PLAIN = "text/plain"
_UNTOLD = ("", "application/octet-stream")
_OLE, _ZIP, _PDF = "application/x-ole-storage", "application/zip", "application/pdf"
_OUTLOOK = "application/vnd.ms-outlook"
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", _PDF),
    (b"PK\x03\x04", _ZIP),
    (b"PK\x05\x06", _ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
    (b"{\\rtf", "application/rtf"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"GIF8", "image/gif"),
)
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"!<arch>\n", b"\0asm")
_PDF_MARK_WITHIN = 1024
"""Bytes within which `%PDF-` is searched: some writers put other bytes before it."""

_DOCUMENT = "application/vnd.openxmlformats-officedocument."
_SPREADSHEET_ODF, _TEXT_ODF, _SLIDES_ODF = (
    f"application/vnd.oasis.opendocument.{kind}" for kind in ("spreadsheet", "text", "presentation")
)
_MAIN_PARTS: tuple[tuple[bytes, str], ...] = (
    (b"wordprocessingml.document.main+xml", f"{_DOCUMENT}wordprocessingml.document"),
    (b"spreadsheetml.sheet.main+xml", f"{_DOCUMENT}spreadsheetml.sheet"),
    (b"presentationml.presentation.main+xml", f"{_DOCUMENT}presentationml.presentation"),
)
_SIGNED = frozenset(
    {
        _PDF,
        _OUTLOOK,
        "image/png",
        "image/jpeg",
        "image/tiff",
        _TEXT_ODF,
        _SPREADSHEET_ODF,
        _SLIDES_ODF,
        *(kind for _, kind in _MAIN_PARTS),
    }
)
"""Types with a signature: a file without it is not of the type, whatever its name."""

_MACROS = (b"macroEnabled", b"vbaProject")
_MACRO_PART = "vbaproject.bin"
"""Part of macros; names of parts are case-insensitive (ECMA-376, part 2, 6.2.2)."""

_TYPES_PART = "[Content_Types].xml"


def detect(formats: Sequence[Format], *, media_type: str, file_name: str, data: bytes) -> Format:
    """Return the format of a file.

    Args:
        media_type: declared type; parameters such as `; charset=` are ignored, the bytes are more reliable.
        file_name: the sender's name; only its extension counts.
        data: content of the file.

    Raises:
        UnsupportedMediaType: the file has none of the formats.
        UnreadableDocument: the file has a password or macros, is damaged, or is a program.
    """
    declared = media_type.partition(";")[0].strip().lower()
    by_type = {known.media_type: known for known in formats}
    if declared.startswith(OWN_TYPES):
        found = by_type.get(declared)
    else:
        extension = _extension(file_name)
        by_extension = next((known for known in formats if extension and extension in known.extensions), None)
        expected = by_extension or by_type.get(declared)
        shown = _shown(data, is_pdf=expected is not None and expected.media_type == _PDF)
        if expected is not None and expected.media_type in _SIGNED and shown in (None, _ZIP):
            raise UnreadableDocument(reason="damaged")
        found = by_type.get(shown) if shown else _among_texts(by_type, declared, extension, by_extension)
    if found is None:
        accepted = ", ".join(sorted(extension for known in formats for extension in known.extensions))
        raise UnsupportedMediaType(name=file_name[:100], accepted=accepted)
    return found


def _extension(file_name: str) -> str:
    return PurePosixPath(file_name.replace("\\", "/").lower()).suffix


def _among_texts(
    by_type: Mapping[str, Format], declared: str, extension: str, by_extension: Format | None
) -> Format | None:
    if declared in by_type and declared not in _SIGNED and declared != _PLAIN:
        return by_type[declared]
    says_little = declared == _PLAIN or (declared in _UNTOLD and not extension)
    return by_extension or (by_type.get(_PLAIN) if says_little else None)


def _shown(data: bytes, *, is_pdf: bool) -> str | None:
    """Return the type of the content's signature; None for text and unknown content."""
    if data.startswith(_PROGRAMS) and b"\0" in data[:4096]:
        raise UnreadableDocument(reason="program")
    signed = next((name for signature, name in _SIGNATURES if data.startswith(signature)), None)
    if signed == _OLE:
        kind = inside_ole(data)
        if kind == "outlook":
            return _OUTLOOK
        raise UnreadableDocument(reason=kind)
    if signed == _ZIP:
        return _inside_zip(data)
    if signed is None and is_pdf and b"%PDF-" in data[:_PDF_MARK_WITHIN]:
        return _PDF
    return signed


def inside_ole(data: bytes) -> str:
    """Return what a compound file is, by the UTF-16 names of its streams: `password`, `outlook` or `old-office`."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "password"
    return "outlook" if "__properties_version1.0".encode("utf-16-le") in data else "old-office"


def _inside_zip(data: bytes) -> str:
    archive = Archive(data)
    if "mimetype" in archive:
        return archive.read("mimetype").decode("ascii", "replace").strip()
    if _TYPES_PART not in archive:
        return _ZIP
    types = archive.read(_TYPES_PART)
    if any(mark in types for mark in _MACROS) or any(name.lower().endswith(_MACRO_PART) for name in archive.names):
        raise UnreadableDocument(reason="macros")
    return next((kind for mark, kind in _MAIN_PARTS if mark in types), _ZIP)
