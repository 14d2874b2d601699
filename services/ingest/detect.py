"""Which format a file has: its first bytes first, then its name, then what its sender declared."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from services.ingest.ports import Format
from shared.errors import UnsupportedMediaType

OWN_TYPES = "application/vnd.vigie."
"""Types that only this platform gives: whoever declares one means it."""

_PLAIN = "text/plain"
_UNTOLD = ("", "application/octet-stream")
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"\x7fELF", "application/x-elf"),
)


def detect(formats: Sequence[Format], *, media_type: str, file_name: str, data: bytes) -> Format:
    """The format to read a file with.

    Args:
        media_type: as declared; parameters such as `; charset=` are ignored, since the bytes tell more surely.
        file_name: as the sender named it; only its extension counts.
        data: the file; only its first bytes are looked at.

    Raises:
        UnsupportedMediaType: none of the formats is this file's.
    """
    known = _known(formats, media_type.partition(";")[0].strip().lower(), _extension(file_name), data)
    if known is None:
        accepted = ", ".join(sorted(extension for known in formats for extension in known.extensions))
        raise UnsupportedMediaType(name=file_name[:100], accepted=accepted)
    return known


def _extension(file_name: str) -> str:
    return PurePosixPath(file_name.replace("\\", "/").lower()).suffix


def _known(formats: Sequence[Format], declared: str, extension: str, data: bytes) -> Format | None:
    by_type = {known.media_type: known for known in formats}
    if declared.startswith(OWN_TYPES):
        return by_type.get(declared)
    by_extension = next((known for known in formats if extension and extension in known.extensions), None)
    signed = next((name for signature, name in _SIGNATURES if data.startswith(signature)), None)
    if signed is not None:
        # Formats of one container, such as those of office files, share its first bytes.
        inside = by_extension is not None and not by_extension.media_type.startswith("text/")
        return by_extension if inside else by_type.get(signed)
    if declared in by_type and declared != _PLAIN:
        return by_type[declared]
    says_little = declared == _PLAIN or (declared in _UNTOLD and not extension)
    return by_extension or (by_type.get(_PLAIN) if says_little else None)
