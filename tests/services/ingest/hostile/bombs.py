"""Files that are immense once unpacked, in each format that packs: they are called that, never damaged or empty."""

import io
import zipfile
import zlib
from collections.abc import Sequence
from email.message import EmailMessage

from tests.services.ingest.hostile.case import Bait, Case, plainly
from tests.services.ingest.hostile.images import _chunk, packed, png
from tests.services.ingest.hostile.office import cell, docx, docx_parts, laughs, odf, odt, xlsx, xlsx_parts
from tests.services.ingest.hostile.pdf_files import deflated, one_page, stream
from tests.support.zips import bomb, lying, zipped

MB = 1_000_000
BOMB = ("archive-bomb",)
WORDS = "Porter des gants. "


def long_odt(_: Bait) -> bytes:
    return odt(WORDS * 700_000)


def lying_odt(_: Bait) -> bytes:
    return lying(odt(WORDS * 10_000), "content.xml", 30)


def lying_stored(_: Bait) -> bytes:
    """A part that is not packed at all, and longer than the directory says."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, data in docx_parts(f"<w:p><w:r><w:t>{WORDS * 1000}</w:t></w:r></w:p>").items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return lying(file.getvalue(), "word/document.xml", 100)


def deflated_thrice(_: Bait) -> bytes:
    data = zlib.compress(zlib.compress(deflated(bytes(1 << 20), 1500), 9), 9)
    return one_page(stream(data, b"/Filter [/FlateDecode /Fl/FlateDecode]"))


def spaces(_: Bait) -> bytes:
    return one_page(stream(deflated(b" " * (1 << 20), 1000), b"/Filter/FlateDecode"))


def object_stream(_: Bait) -> bytes:
    entries = b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"
    return one_page(stream(b"BT ET"), more={6: stream(deflated(b"7 0 null" + bytes(1 << 20), 600), entries)})


def mail_with(data: bytes, name: str) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@exemple.fr", "Pièce jointe"
    message.set_content("Voir la pièce.")
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


CASES: Sequence[Case] = (
    Case(
        "a document that is said to be small, packed",
        "menteur.docx",
        lambda _: lying(docx(f"<w:p><w:r><w:t>{WORDS * 1000}</w:t></w:r></w:p>"), "word/document.xml", 20),
        BOMB,
    ),
    Case("a document that is said to be small, not packed", "menteur-b.docx", lying_stored, BOMB),
    Case(
        "a sheet that is said to be small",
        "menteur.xlsx",
        lambda _: lying(xlsx(cell(WORDS * 1000)), "xl/worksheets/sheet1.xml", 64),
        BOMB,
    ),
    Case("a content that is said to be small", "menteur.odt", lying_odt, BOMB),
    Case(
        "a table of content types that is said to be small",
        "menteur-c.docx",
        lambda _: lying(docx(), "[Content_Types].xml", 5),
        BOMB,
    ),
    Case("a mimetype of 100 MB", "type.odt", lambda _: bomb("mimetype", 100 * MB), BOMB),
    Case(
        "content types of 100 MB", "types.xlsx", lambda _: bomb("[Content_Types].xml", 100 * MB, xlsx_parts("")), BOMB
    ),
    Case(
        "a content of 100 MB",
        "contenu.ods",
        lambda _: bomb("content.xml", 100 * MB, {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
        BOMB,
    ),
    Case(
        "five parts of 30 MB",
        "parts.docx",
        lambda _: zipped([*docx_parts("").items(), *((f"word/media/{n}", bytes(30 * MB)) for n in range(5))]),
        BOMB,
    ),
    Case(
        "a text of 12 MB in one element",
        "element.docx",
        lambda _: docx(f"<w:p><w:r><w:t>{WORDS * 700_000}</w:t></w:r></w:p>"),
        BOMB,
    ),
    Case("a text of 12 MB in one element", "element.odt", long_odt, BOMB),
    Case("a text of 12 MB in one cell", "element.xlsx", lambda _: xlsx(cell(WORDS * 700_000)), BOMB),
    Case(
        "entities in an attribute",
        "rire-attribut.docx",
        plainly(docx('<w:p w:a="&l10;"/>', doctype=laughs("x"))),
        (*BOMB, "document-type"),
    ),
    Case(
        "an attribute of 12 MB",
        "attribut.ods",
        lambda _: odf(
            "spreadsheet", f'<office:spreadsheet><table:table table:name="{WORDS * 700_000}"/></office:spreadsheet>'
        ),
        BOMB,
    ),
    Case(
        "a colour profile of 20 MB",
        "profil.png",
        lambda _: png(9, 9, _chunk(b"iCCP", b"a\0\0" + packed(20 << 20))),
        BOMB,
    ),
    Case(
        "a comment of 20 MB", "commentaire.png", lambda _: png(9, 9, _chunk(b"zTXt", b"a\0\0" + packed(20 << 20))), BOMB
    ),
    Case(
        "a comment in another alphabet of 20 MB",
        "commentaire-b.png",
        lambda _: png(9, 9, _chunk(b"iTXt", b"a\0\1\0\0\0" + packed(20 << 20))),
        BOMB,
    ),
    Case("a page of 1 GB of spaces", "espaces.pdf", spaces, BOMB),
    Case("a page packed three times, 1.5 GB", "trois.pdf", deflated_thrice, BOMB),
    Case("objects of 600 MB in a stream", "objets.pdf", object_stream, BOMB),
    Case("a bomb that is attached", "jointe.eml", lambda bait: mail_with(spaces(bait), "espaces.pdf")),
)
