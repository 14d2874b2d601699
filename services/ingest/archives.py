"""Untrusted zip containers, checked before a part is unpacked.

Office files (docx, xlsx, odt) are zip files. A parser reads their parts through `Archive` and nothing else: every part
is bounded, parts that lie about their size are refused, and an archive within an archive is never opened.
"""

import copy
import re
import zipfile
import zlib
from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise

from shared.errors import UnreadableDocument

MAX_PARTS = 10_000
MAX_UNPACKED = 400_000_000
"""Most bytes of all parts together; the largest workbooks of people have some 200 MB of XML."""

_MAX_RATIO = 200
_SMALL = 20_000_000
"""Bytes up to which the ratio is not checked: XML of an empty sheet packs 200 to 1."""

_BEYOND = 1 << 20
"""Bytes to read on behind where the directory says that a part ends: zipfile would stop, and call the rest a damage."""

_LOCAL_HEADER = 30
_DIRECTORY_RECORD = b"PK\x01\x02"
_OUTSIDE = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|[\x00-\x1f]")
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 1


class Archive:
    """Parts of a zip file that has passed the checks.

    Args:
        data: the file.

    Raises:
        UnreadableDocument: the data is no zip file, has a password, or is hostile (too many parts, too much unpacked,
            overlapping parts, duplicate names, names that lead out of the archive).
    """

    def __init__(self, data: bytes) -> None:
        _check_count(data)
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            parts = self._zip.infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
            raise UnreadableDocument(reason="damaged") from error
        _check_names(parts)
        _check_sizes(parts, len(data))
        self._parts = {part.filename: part for part in parts}

    @property
    def names(self) -> Sequence[str]:
        return tuple(self._parts)

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def read(self, name: str) -> bytes:
        """Return a part, unpacked.

        Raises:
            UnreadableDocument: there is no such part, it is damaged, or it is longer than the directory says.
        """
        part = self._parts.get(name)
        if part is None:
            raise UnreadableDocument(reason="damaged")
        longer = copy.copy(part)
        longer.file_size += _BEYOND
        try:
            with self._zip.open(longer) as opened:
                data = opened.read(part.file_size + 1)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError) as error:
            raise UnreadableDocument(reason="damaged") from error
        if len(data) != part.file_size:
            raise UnreadableDocument(reason="archive-bomb" if len(data) > part.file_size else "damaged")
        return data


def _check_count(data: bytes) -> None:
    """Count directory records before they are read: each takes time and memory, whatever count is declared."""
    if data.count(_DIRECTORY_RECORD) > MAX_PARTS:
        raise UnreadableDocument(reason="archive-bomb")


def _check_names(parts: Sequence[zipfile.ZipInfo]) -> None:
    if len(parts) > MAX_PARTS:
        raise UnreadableDocument(reason="archive-bomb")
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise UnreadableDocument(reason="password")
    names = {part.filename for part in parts}
    if len(names) != len(parts) or any(_OUTSIDE.search(part.orig_filename) for part in parts):
        raise UnreadableDocument(reason="archive-names")


def _check_sizes(parts: Sequence[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    swollen = any(
        part.file_size > _SMALL and part.file_size > _MAX_RATIO * max(1, part.compress_size) for part in parts
    )
    if unpacked > MAX_UNPACKED or swollen or (unpacked > _SMALL and unpacked > _MAX_RATIO * size):
        raise UnreadableDocument(reason="archive-bomb")
    if any(part.compress_type not in _METHODS for part in parts):
        raise UnreadableDocument(reason="damaged")
    # A small file unpacks to much when its parts share their bytes (Fifield, A better zip bomb, WOOT 2019).
    places = sorted((part.header_offset, part.compress_size + len(part.filename)) for part in parts)
    for (start, length), (following, _) in pairwise(places):
        if start + _LOCAL_HEADER + length > following:
            raise UnreadableDocument(reason="archive-bomb")
