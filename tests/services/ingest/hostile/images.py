"""Images that nobody scans."""

import struct
import zlib
from collections.abc import Sequence
from io import BytesIO

from PIL import Image

from tests.services.ingest.hostile.case import ANY, Bait, Case, plainly
from tests.support.pdfs import image


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: bytes) -> bytes:
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + _chunk(b"IEND", b"")


def packed(size: int) -> bytes:
    packer = zlib.compressobj(9)
    block = bytes(1 << 20)
    return b"".join(packer.compress(block) for _ in range(size >> 20)) + packer.flush()


def huge(_: Bait) -> bytes:
    return png(30_000, 30_000, _chunk(b"IDAT", packed(900_000_000)))


def tiff_loop(_: Bait) -> bytes:
    """A directory of one entry, whose successor is itself."""
    return b"II*\0" + struct.pack("<IHHHIII", 8, 1, 256, 3, 1, 1, 8)


def tiff_pages(count: int) -> bytes:
    data = BytesIO()
    frames = [Image.new("1", (8, 8)) for _ in range(count)]
    frames[0].save(data, "TIFF", save_all=True, append_images=frames[1:])
    return data.getvalue()


def tiff_chain(count: int) -> bytes:
    """Directories of 66 bytes each, all of the same 8 x 8 pixels."""
    tags = ((256, 8), (257, 8), (258, 1), (262, 1), (273, 8))  # width, height, bits, black is 0, where the pixels are
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    places = range(74, 74 + 66 * count, 66)
    directories = (struct.pack("<H", len(tags)) + entries + struct.pack("<I", place) for place in places)
    return b"II*\0" + struct.pack("<I", 8) + b"".join(directories)[:-4] + bytes(4)


CASES: Sequence[Case] = (
    Case("30,000 x 30,000 pixels", "grand.png", huge, ("image-size",)),
    Case("two thousand million pixels wide", "large.png", plainly(png(2**31 - 1, 1)), ("image-size", "damaged")),
    Case(
        "a hundred megabytes of comment",
        "texte.png",
        lambda _: png(9, 9, _chunk(b"zTXt", b"a\0\0" + packed(100 << 20))),
        ("archive-bomb",),
    ),
    Case("truncated", "coupe.jpg", plainly(image(["a"], "JPEG")[:150]), ("damaged", "needs-ocr")),
    Case("directories in a loop", "boucle.tif", tiff_loop, ANY),
    Case("1,000 pages", "pages.tiff", lambda _: tiff_pages(1000), ("needs-ocr",)),
    Case("900,000 pages", "pages.tif", lambda _: tiff_chain(900_000), ("too-many-pages",)),
    Case("a kind that is not read", "image.gif", plainly(b"GIF89a" + bytes(50)), ("unsupported-media-type",)),
    Case("a text that calls itself an image", "texte.png", plainly(b"Texte."), ("damaged",)),
)
