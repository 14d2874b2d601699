"""Page labels of a PDF whose tree leads back into itself, found before PDFium follows it.

PDFium goes down the kids of the number tree (ISO 32000-2, 7.9.7) without counting, and a circle ends the process.
"""

import re
import zlib
from collections.abc import Iterator

_OBJECT = re.compile(rb"(?<!\d)(\d{1,10})\s{1,32}\d{1,5}\s{1,32}obj\b")
_LABELS = re.compile(rb"/PageLabels\s{0,32}(?:(\d{1,10})\s{1,32}\d{1,5}\s{1,32}R)?")
_KIDS = re.compile(rb"/Kids\s{0,32}(?:\[([^\]]*)|(\d{1,10}\s{1,32}\d{1,5}\s{1,32}R))")
_REFERENCE = re.compile(rb"(\d{1,10})\s{1,32}\d{1,5}\s{1,32}R\b")
_OBJECT_STREAM = re.compile(rb"/Type\s{0,32}/ObjStm\b[^>]{0,500}>>\s{0,32}stream\r?\n")
_ENDS = re.compile(rb"<<|>>")
_MOST_NODES = 100_000
_MOST_REVISIONS = 50
_LONGEST_DICTIONARY = 1_000_000
_DEEPEST = 30


def is_tree_of_labels(data: bytes) -> bool:
    """Return whether the page labels of a file that has some are a tree, of a depth that PDFium can go down."""
    if b"PageLabels" not in data and b"/ObjStm" not in data:
        return True
    parts = [data, *_object_streams(data)]
    starts = [(part, found) for part in parts for found in _LABELS.finditer(part)]
    if not starts or len(starts) > _MOST_REVISIONS:
        return not starts
    objects = dict(_objects(parts))
    return all(_is_tree(_kids(_root(part, found, objects)), objects) for part, found in starts)


def _root(part: bytes, found: re.Match[bytes], objects: dict[int, bytes]) -> bytes:
    return objects.get(int(found[1]), b"") if found[1] else _dictionary(part, found.end())


def _is_tree(level: list[int], objects: dict[int, bytes]) -> bool:
    seen: set[int] = set()
    for _ in range(_DEEPEST):
        if not level:
            return True
        if len(set(level)) < len(level) or not seen.isdisjoint(level) or len(seen) > _MOST_NODES:
            return False
        seen.update(level)
        level = [kid for node in level for kid in _kids(objects.get(node, b""))]
    return False


def _kids(node: bytes) -> list[int]:
    """Return the numbers of a node's kids, or of the object that has their array (then its own references)."""
    listed = node if node.lstrip().startswith(b"[") else b" ".join(a or b for a, b in _KIDS.findall(node))
    return [int(each) for each in _REFERENCE.findall(listed)]


def _objects(parts: list[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield each object that stands by itself; the last of a number is the one that counts."""
    heads = list(_OBJECT.finditer(parts[0]))
    ends = [head.start() for head in heads[1:]] + [len(parts[0])]
    for head, end in zip(heads, ends, strict=True):
        yield int(head[1]), parts[0][head.end() : end].partition(b"endobj")[0]
    for stream in parts[1:]:
        yield from _packed_objects(stream)


def _packed_objects(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the objects of an object stream (7.5.7): pairs of number and place, then the objects."""
    head = re.match(rb"[\d\s]*", stream)
    numbers = [int(each) for each in head[0].split()] if head else []
    places = sorted(zip(numbers[1::2], numbers[::2], strict=False))
    first = len(head[0]) if head else 0
    ends = [place for place, _ in places[1:]] + [len(stream)]
    for (place, number), end in zip(places, ends, strict=True):
        yield number, stream[first + place : first + end]


def _object_streams(data: bytes) -> Iterator[bytes]:
    """Yield what object streams unpack to; how large that may be was looked at before (pdf_streams.py)."""
    for found in _OBJECT_STREAM.finditer(data):
        end = data.find(b"endstream", found.end())
        packed = data[found.end() : end if end >= 0 else None]
        if b"FlateDecode" not in data[max(0, found.start() - 500) : found.end()]:
            yield packed
            continue
        try:
            yield zlib.decompressobj().decompress(packed)
        except zlib.error:
            continue


def _dictionary(data: bytes, start: int) -> bytes:
    """Return the dictionary that begins at a place."""
    depth = 0
    for found in _ENDS.finditer(data, start, start + _LONGEST_DICTIONARY):
        depth += 1 if found[0] == b"<<" else -1
        if depth <= 0:
            return data[start : found.end()]
    return data[start : start + _LONGEST_DICTIONARY]
