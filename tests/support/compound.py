"""Writes compound files (MS-CFB, version 3), which Outlook's messages are: storages are mappings, streams bytes."""

import struct
from collections.abc import Mapping
from itertools import pairwise
from typing import Union

Tree = Mapping[str, Union[bytes, "Tree"]]
SECTOR = 512
FREE, END, OF_FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
NONE = FREE
SMALLEST = 4096
"""Bytes of a stream in ordinary sectors; a shorter one is filled up here, with its own size in the directory."""


def compound(tree: Tree) -> bytes:
    """Return the file. Streams shorter than 4,096 bytes lie in the stream of small sectors, as they must."""
    entries: list[list[object]] = []  # name, kind, child, left, right, stream
    _add(entries, "Root Entry", 5, tree)
    small = b""
    small_fat: list[int] = []
    large: list[tuple[int, bytes]] = []
    starts: dict[int, tuple[int, int]] = {}
    for place, entry in enumerate(entries):
        data = entry[5]
        if not isinstance(data, bytes):
            continue
        if 0 < len(data) < SMALLEST:
            first, count = len(small_fat), -(-len(data) // 64)
            small_fat += [*range(first + 1, first + count), END]
            small += data.ljust(count * 64, b"\0")
            starts[place] = (first, len(data))
        elif data:
            large.append((place, data))
        else:
            starts[place] = (END, 0)
    fat: list[int] = []
    sectors = b""

    def placed(data: bytes) -> int:
        nonlocal sectors
        if not data:
            return END
        first, count = len(fat), -(-len(data) // SECTOR)
        fat.extend([*range(first + 1, first + count), END])
        sectors += data.ljust(count * SECTOR, b"\0")
        return first

    for place, data in large:
        starts[place] = (placed(data), len(data))
    starts[0] = (placed(small), len(small))
    first_small_fat = placed(
        struct.pack(f"<{len(small_fat)}I", *small_fat).ljust(-(-len(small_fat) // 128) * SECTOR, b"\xff")
    )
    directory = b"".join(_entry(entry, *starts.get(place, (0, 0))) for place, entry in enumerate(entries))
    directory += _entry(["", 0, NONE, NONE, NONE, None], 0, 0) * (-len(entries) % 4)
    first_directory = placed(directory)
    of_fat = next(n for n in range(1, 110) if (len(fat) + n) * 4 <= n * SECTOR)
    first_fat = len(fat)
    fat += [OF_FAT] * of_fat
    fat += [FREE] * (of_fat * 128 - len(fat))
    sectors += struct.pack(f"<{len(fat)}I", *fat)
    places = [*range(first_fat, first_fat + of_fat)]
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, of_fat, first_directory, 0, SMALLEST,
        first_small_fat, -(-len(small_fat) // 128), END, 0,
    )  # fmt: skip
    return head + struct.pack("<109I", *places, *[FREE] * (109 - of_fat)) + sectors


def _add(entries: list[list[object]], name: str, kind: int, content: "bytes | Tree") -> int:
    place = len(entries)
    entry: list[object] = [name, kind, NONE, NONE, NONE, content if isinstance(content, bytes) else None]
    entries.append(entry)
    if not isinstance(content, bytes):
        names = sorted(content, key=lambda each: (len(each), each.upper()))
        children = [_add(entries, each, 2 if isinstance(content[each], bytes) else 1, content[each]) for each in names]
        for left, right in pairwise(children):
            entries[left][4] = right  # a tree that leans to one side is one
        entry[2] = children[0] if children else NONE
    return place


def _entry(entry: list[object], start: int, size: int) -> bytes:
    name, kind, child, left, right, _ = entry
    words = str(name).encode("utf-16-le")
    length = len(words) + 2 if words else 0
    return struct.pack("<64sHBBIII16xI16xIQ", words, length, kind, 1, left, right, child, 0, start, size)
