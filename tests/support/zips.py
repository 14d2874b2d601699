"""Zip files as nobody's program writes them."""

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping


def zipped(parts: Mapping[str, bytes] | Iterable[tuple[str, bytes]]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items() if isinstance(parts, Mapping) else parts:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def bomb(name: str, size: int, parts: Mapping[str, bytes] | None = None) -> bytes:
    """One part of `size` zero bytes, written a block at a time."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for each, data in (parts or {}).items():
            if each == name:
                continue
            archive.writestr(zipfile.ZipInfo(each), data, zipfile.ZIP_DEFLATED)
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(info, "w", force_zip64=True) as part:
            block = bytes(1 << 20)
            for start in range(0, size, len(block)):
                part.write(block[: size - start])
    return file.getvalue()


def lying(data: bytes, name: str, declared: int) -> bytes:
    """The directory says that a part unpacks to `declared` bytes, whatever it does."""
    entry = _directory_entry(data, name)
    return data[: entry + 24] + struct.pack("<I", declared) + data[entry + 28 :]


def encrypted(data: bytes, name: str) -> bytes:
    """The directory says that a part has a password."""
    entry = _directory_entry(data, name)
    return data[: entry + 8] + struct.pack("<H", 1) + data[entry + 10 :]


def overlapping(copies: int, data: bytes = b"x" * 1000) -> bytes:
    """`copies` entries in the directory for one part's bytes."""
    whole = zipped({"part": data})
    end = whole.rfind(b"PK\x05\x06")
    entry_at = whole.find(b"PK\x01\x02")
    entry = whole[entry_at:end]
    entries = b"".join(entry.replace(b"part", f"{number:04d}".encode()) for number in range(copies))
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, copies, copies, len(entries), entry_at, 0)
    return whole[:entry_at] + entries + tail


def _directory_entry(data: bytes, name: str) -> int:
    at = data.find(b"PK\x01\x02")
    while at >= 0 and data[at + 46 : at + 46 + len(name)] != name.encode():
        at = data.find(b"PK\x01\x02", at + 4)
    assert at >= 0
    return at
