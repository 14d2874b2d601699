"""PDF files that nobody's program writes."""

import zlib
from collections.abc import Mapping, Sequence

from tests.services.ingest.hostile.case import ANY, Bait, Case, plainly
from tests.support.pdfs import pdf, scan

_CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
_TEXT = b"BT /F1 12 Tf 50 700 Td (Porter des gants.) Tj ET"


def raw(objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """A file of these objects, 1 being the catalog, with a table of references that is right."""
    file = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, content in objects.items():
        places[number] = len(file)
        file += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(file)
    size = max(objects) + 1
    file += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        file += b"%010d 00000 n \n" % places.get(number, 0)
    return bytes(file + b"trailer << /Size %d /Root 1 0 R %b >>\nstartxref\n%d\n%%%%EOF" % (size, trailer, start))


def stream(data: bytes, entries: bytes = b"", length: int | None = None) -> bytes:
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (length or len(data), entries, data)


def page(content: int = 4, box: bytes = b"0 0 595 842", extra: bytes = b"") -> bytes:
    return (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [%b] /Contents %d 0 R"
        b" /Resources << /Font << /F1 5 0 R >> %b >> >>" % (box, content, extra)
    )


def one_page(content: bytes, *, page_extra: bytes = b"", more: Mapping[int, bytes] | None = None) -> bytes:
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return raw({1: _CATALOG, 2: pages, 3: page(extra=page_extra), 4: content, 5: _FONT, **(more or {})})


def deflated(data: bytes, times: int) -> bytes:
    """The same bytes over and over, packed once: each block stands for itself."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)
    sum_ = 1
    for _ in range(times):
        sum_ = zlib.adler32(data, sum_)
    return b"\x78\xda" + block * times + packer.flush() + sum_.to_bytes(4, "big")


def many_pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (number + 10) for number in range(count))
    pages = b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, count)
    return raw({1: _CATALOG, 2: pages, 4: stream(_TEXT), 5: _FONT} | {n + 10: page() for n in range(count)})


def text_bomb(_: Bait) -> bytes:
    data = deflated(b"(Porter des gants et un casque.) Tj 0 -14 Td\n" * 1000, 3000)
    return one_page(stream(data, b"/Filter /FlateDecode"))


def twice_deflated(_: Bait) -> bytes:
    data = zlib.compress(deflated(bytes(1 << 20), 2000), 9)
    return one_page(stream(data, b"/Filter [/FlateDecode /FlateDecode]"))


def xref_loop(_: Bait) -> bytes:
    file = one_page(stream(_TEXT))
    start = file.rindex(b"xref\n0 ")
    return file.replace(b"/Root", b"/Prev %d /Root" % start)


def page_tree_loop(_: Bait) -> bytes:
    return raw({1: _CATALOG, 2: b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000 >>"})


def recursive_form(_: Bait) -> bytes:
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>"
    extra = b"/XObject << /X 6 0 R >>"
    return one_page(stream(b"/X Do"), page_extra=extra, more={6: stream(b"/X Do /X Do /X Do", form)})


def wide_forms(_: Bait) -> bytes:
    """Each form draws the next one ten times: ten to the power of nine at the bottom."""
    more = {}
    for depth in range(9):
        below = b"/Resources << /XObject << /X %d 0 R >> >>" % (depth + 7)
        entries = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] " + below
        more[depth + 6] = stream(b"/X Do " * 10, entries)
    more[15] = stream(_TEXT, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F1 5 0 R >> >>")
    return one_page(stream(b"/X Do"), page_extra=b"/XObject << /X 6 0 R >>", more=more)


def outline_loop(_: Bait) -> bytes:
    catalog = b"<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>"
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    entry = b"<< /Title (Boucle) /Parent 6 0 R /Next 7 0 R /First 7 0 R /Dest [3 0 R /Fit] >>"
    outline = b"<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 1 >>"
    return raw({1: catalog, 2: pages, 3: page(), 4: stream(_TEXT), 5: _FONT, 6: outline, 7: entry})


def huge_image(_: Bait) -> bytes:
    entries = (
        b"/Type /XObject /Subtype /Image /Width 30000 /Height 30000 /BitsPerComponent 8"
        b" /ColorSpace /DeviceGray /Filter /FlateDecode"
    )
    image = stream(deflated(bytes(1 << 20), 860), entries)
    return one_page(stream(b"q 595 0 0 842 0 0 cm /I Do Q"), page_extra=b"/XObject << /I 6 0 R >>", more={6: image})


def reaches_out(bait: Bait) -> bytes:
    catalog = b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /URI /URI (%b) >> >>" % bait.url.encode()
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    outside = b"<< /Length 0 /F << /Type /Filespec /FS /URL /F (%b) >> >>\nstream\n\nendstream" % bait.url.encode()
    inside = b"<< /Length 0 /F (%b) >>\nstream\n\nendstream" % bait.file.encode()
    contents = page().replace(b"/Contents 4 0 R", b"/Contents [4 0 R 6 0 R 7 0 R]")
    return raw({1: catalog, 2: pages, 3: contents, 4: stream(_TEXT), 5: _FONT, 6: outside, 7: inside})


def labels_loop(kids: bytes, *, packed: bool = False) -> bytes:
    """Page labels whose tree has object 6, which has itself among its kids."""
    loop = b"<< /Kids [6 0 R] /Limits [0 9] >>"
    held = stream(zlib.compress(b"6 0 " + loop), b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode")
    catalog = _CATALOG.replace(b"/Pages", b"/PageLabels %b /Pages" % kids)
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return raw({1: catalog, 2: pages, 3: page(), 4: stream(_TEXT), 5: _FONT, **({7: held} if packed else {6: loop})})


_GOOD = pdf([["Porter des gants."]])

CASES: Sequence[Case] = (
    Case("a PDF that calls itself a text", "rapport.txt", plainly(_GOOD)),
    Case("a text that calls itself a PDF", "rapport.pdf", plainly(b"Porter des gants."), ("damaged",)),
    Case("password", "secret.pdf", plainly(pdf([["x"]], password="secret")), ("password",)),
    Case("truncated in the middle", "coupe.pdf", plainly(_GOOD[: len(_GOOD) // 2]), ANY),
    Case("first line alone", "ligne.pdf", plainly(b"%PDF-1.7\n"), ("damaged",)),
    Case("its table of references refers to itself", "xref.pdf", xref_loop, ANY),
    Case("its table of references is elsewhere", "xref2.pdf", plainly(_GOOD[:-30] + b"\n999999999\n%%EOF"), ANY),
    Case("pages within themselves", "pages.pdf", page_tree_loop, ANY),
    Case("10,000 pages", "dix-mille.pdf", lambda _: many_pages(10_000)),
    Case(
        "a billion pages announced",
        "milliard.pdf",
        plainly(one_page(stream(_TEXT)).replace(b"/Count 1 ", b"/Count 999999999 ")),
        ANY,
    ),
    Case("130 MB of text packed small", "texte.pdf", text_bomb, ("archive-bomb",)),
    Case(
        "a stream packed twice, 2 GB",
        "bombe.pdf",
        twice_deflated,
        ("archive-bomb",),
    ),
    Case("a stream without end", "sans-fin.pdf", plainly(one_page(stream(_TEXT, length=2_000_000_000))), ANY),
    Case("a form that draws itself", "forme.pdf", recursive_form, ANY),
    Case("forms that draw forms", "formes.pdf", wide_forms, ANY),
    Case("an outline without end", "plan.pdf", outline_loop),
    Case("page labels within themselves", "numeros.pdf", plainly(labels_loop(b"6 0 R"))),
    Case("page labels within their kids", "numeros.pdf", plainly(labels_loop(b"<< /Kids [<< /Kids [6 0 R] >>] >>"))),
    Case("100,000 open brackets", "profond.pdf", plainly(one_page(stream(b"[" * 100_000 + _TEXT))), ANY),
    Case("100,000 open dictionaries", "dict.pdf", plainly(raw({1: b"<< /A " * 100_000})), ("damaged", "crashed")),
    Case(
        "a page as large as a town", "ville.pdf", plainly(one_page(stream(_TEXT)).replace(b"595 842", b"9e9 9e9")), ANY
    ),
    Case("an image of 30,000 x 30,000", "image.pdf", huge_image, ("needs-ocr",)),
    Case("a scan", "scan.pdf", plainly(scan([["a"]])), ("needs-ocr",)),
    Case("reaches for a file and an address", "dehors.pdf", reaches_out),
    Case("zeros in its title", "zeros.pdf", plainly(pdf([["Texte."]], title="a\0b" * 1000))),
)
