"""PDFs and images of the kinds that public weaknesses of other parsers were made with (CWE-400, 409, 611, 674, 835).

Whatever comes of one is said by name: none may take all its time or memory, or end the process that reads it.
"""

import struct
import zlib
from collections.abc import Sequence

from tests.services.ingest.hostile.case import Bait, Case, plainly
from tests.services.ingest.hostile.images import _chunk, packed, png
from tests.services.ingest.hostile.pdf_files import _CATALOG, _FONT, _TEXT, one_page, page, raw, stream
from tests.support.pdfs import image, pdf

NO_PICTURE = ("needs-ocr", "damaged", "image-size", "unread-parts")
_PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


def scanned(entries: bytes, data: bytes) -> bytes:
    picture = stream(data, b"/Type /XObject /Subtype /Image /BitsPerComponent 1 /ColorSpace /DeviceGray " + entries)
    return one_page(stream(b"q 595 0 0 842 0 0 cm /I Do Q"), page_extra=b"/XObject << /I 6 0 R >>", more={6: picture})


def jbig2(width: int, height: int) -> bytes:
    """One segment: a page of this size, of which nothing is drawn."""
    return struct.pack(">IBBBI", 0, 0x30, 0, 1, 19) + struct.pack(">IIIIBH", width, height, 0, 0, 0, 0)


def jpx(width: int, height: int, tile: int) -> bytes:
    """The head of a code stream whose picture is made of tiles of this side."""
    size = struct.pack(">HHHIIIIIIIIH", 0xFF51, 41, 0, width, height, 0, 0, tile, tile, 0, 0, 1) + b"\x07\x01\x01"
    style = struct.pack(">HHBBHBBBBBB", 0xFF52, 12, 0, 0, 1, 0, 5, 4, 4, 0, 0)
    return b"\xff\x4f" + size + style + struct.pack(">HHB", 0xFF5C, 4, 0x40) + b"\x48\xff\xd9"


def jpeg_of(width: int, height: int, scans: int = 0) -> bytes:
    """A JPEG that says another size of itself, and the same scan again and again."""
    data = bytearray(image(["a"], "JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    scan = bytes(data[data.index(b"\xff\xda") : -2])
    return bytes(data[:-2]) + scan * scans + b"\xff\xd9"


def self_embedding(depth: int) -> bytes:
    data = pdf([["Porter des gants."]])
    for _ in range(depth):
        catalog = b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(a.pdf) 7 0 R] >> >> >>"
        held = b"<< /Type /Filespec /F (a.pdf) /UF (a.pdf) /EF << /F 6 0 R >> >>"
        inner = stream(zlib.compress(data), b"/Type /EmbeddedFile /Filter /FlateDecode")
        data = raw({1: catalog, 2: _PAGES, 3: page(), 4: stream(_TEXT), 5: _FONT, 6: inner, 7: held})
    return data


def names_loop(_: Bait) -> bytes:
    catalog = b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles 6 0 R >> >>"
    return raw({1: catalog, 2: _PAGES, 3: page(), 4: stream(_TEXT), 5: _FONT, 6: b"<< /Kids [6 0 R 6 0 R] >>"})


def type3(_: Bait) -> bytes:
    """A glyph that is drawn by itself."""
    font = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /FirstChar 97 /LastChar 97"
        b" /Widths [9] /Encoding << /Differences [97 /a] >> /CharProcs << /a 6 0 R >>"
        b" /Resources << /Font << /F1 5 0 R >> >> >>"
    )
    content = stream(b"BT /F1 1 Tf (aaaa) Tj ET")
    return raw({1: _CATALOG, 2: _PAGES, 3: page(), 4: content, 5: font, 6: stream(b"9 0 d0 BT /F1 1 Tf (aaaa) Tj ET")})


def tiling(_: Bait) -> bytes:
    """A pattern that is painted with itself."""
    pattern = stream(
        b"/Pattern cs /P scn 0 0 9 9 re f",
        b"/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep .001 /YStep .001"
        b" /Resources << /Pattern << /P 6 0 R >> >>",
    )
    content = stream(b"/Pattern cs /P scn 0 0 595 842 re f " + _TEXT)
    return one_page(content, page_extra=b"/Pattern << /P 6 0 R >>", more={6: pattern})


def cmap(_: Bait) -> bytes:
    """Ranges of a font's characters that say the whole of four bytes, a thousand times."""
    ranges = b"100 beginbfrange\n" + b"<0000> <FFFF> <0041>\n" * 100 + b"endbfrange\n"
    words = b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00000000> <FFFFFFFF>\n"
    font = _FONT.replace(b">>", b"/ToUnicode 6 0 R >>")
    table = stream(words + b"endcodespacerange\n" + ranges * 200 + b"endcmap end")
    return raw({1: _CATALOG, 2: _PAGES, 3: page(), 4: stream(_TEXT), 5: font, 6: table})


def updated(times: int) -> bytes:
    """A file that was saved so many times, each with a table of references of its own."""
    file = bytearray(one_page(stream(_TEXT)))
    start = int(file[file.rindex(b"startxref") + 9 :].split()[0])
    for _ in range(times):
        at = len(file)
        file += (
            b"xref\n0 1\n0000000000 65535 f \ntrailer << /Size 6 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
            % (start, at)
        )
        start = at
    return bytes(file)


def xfa(bait: Bait) -> bytes:
    laughs = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file://%b"><!ENTITY b "&a;&a;">]>' % bait.file.encode()
    catalog = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [] /XFA 6 0 R >> >>"
    form = stream(laughs + b"<xdp><field>&b;</field></xdp>")
    return raw({1: catalog, 2: _PAGES, 3: page(), 4: stream(_TEXT), 5: _FONT, 6: form})


def extended(_: Bait) -> bytes:
    held = stream(zlib.compress(b"9 0 << >>"), b"/Type /ObjStm /N 1 /First 4 /Extends 6 0 R /Filter /FlateDecode")
    return raw({1: _CATALOG, 2: _PAGES, 3: page(), 4: stream(_TEXT), 5: _FONT, 6: held})


_PREDICTOR = (
    b"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 2147483647 /Colors 32 /BitsPerComponent 16 >>"
)

CASES: Sequence[Case] = (
    Case(
        "a JBIG2 of 4 thousand million lines",
        "jbig2.pdf",
        plainly(scanned(b"/Width 64 /Height 64 /Filter /JBIG2Decode", jbig2(2**32 - 1, 2**32 - 1))),
        NO_PICTURE,
    ),
    Case(
        "a JPX of 2 thousand million tiles",
        "jpx.pdf",
        plainly(scanned(b"/Width 64 /Height 64 /Filter /JPXDecode", jpx(2**31 - 1, 2**31 - 1, 1))),
        NO_PICTURE,
    ),
    Case(
        "columns of a predictor beyond memory",
        "predicteur.pdf",
        plainly(
            one_page(
                stream(
                    zlib.compress(_TEXT),
                    _PREDICTOR,
                )
            )
        ),
        ("damaged", "needs-ocr", "empty-document", "read"),
    ),
    Case(
        "a thousand filters",
        "filtres.pdf",
        plainly(one_page(stream(_TEXT.hex().encode() + b">", b"/Filter [" + b"/ASCIIHexDecode " * 1000 + b"]"))),
        ("damaged", "needs-ocr", "empty-document", "archive-bomb"),
    ),
    Case(
        "a lock of an unknown kind",
        "serrure.pdf",
        plainly(
            raw(
                {
                    1: _CATALOG,
                    2: _PAGES,
                    3: page(),
                    4: stream(_TEXT),
                    5: _FONT,
                    6: b"<< /Filter /Standard /V 99 /R 99 /Length 2147483647 /O () /U () /P -1 >>",
                },
                b"/Encrypt 6 0 R /ID [(a) (a)]",
            )
        ),
        ("damaged", "password"),
    ),
    Case("characters of a font without end", "police.pdf", cmap),
    Case("a glyph that draws itself", "glyphe.pdf", type3, ("read", "needs-ocr", "empty-document")),
    Case("a pattern that paints itself", "motif.pdf", tiling),
    Case("a form of another kind with entities", "xfa.pdf", xfa),
    Case("a stream of objects that extends itself", "objets.pdf", extended),
    Case("saved 20,000 times", "versions.pdf", lambda _: updated(20_000)),
    Case("files within files, 40 deep", "poupees.pdf", lambda _: self_embedding(40)),
    Case("files within a tree that has itself", "arbre.pdf", names_loop),
    Case("a JPEG of 65,500 x 65,500", "grand.jpg", lambda _: jpeg_of(65_500, 65_500), ("image-size",)),
    Case("a JPEG of 3,000 scans", "balayages.jpg", lambda _: jpeg_of(2_000, 2_000, scans=3_000), NO_PICTURE),
    Case(
        "a profile of colours of 300 MB",
        "profil.png",
        lambda _: png(9, 9, _chunk(b"iCCP", b"a\0\0" + packed(300 << 20))),
        ("archive-bomb",),
    ),
    Case(
        "a strip of 4 GB",
        "bande.tif",
        plainly(
            b"II*\0"
            + struct.pack("<IH", 8, 6)
            + b"".join(
                struct.pack("<HHII", tag, 4, 1, value)
                for tag, value in ((256, 8), (257, 8), (258, 8), (262, 1), (273, 8), (279, 2**32 - 1))
            )
            + bytes(4)
        ),
        NO_PICTURE,
    ),
)
