"""Office files that no office writes, and containers that are none."""

import warnings
from collections.abc import Mapping, Sequence

from tests.services.ingest.hostile.case import ANY, Bait, Case, plainly
from tests.support.zips import bomb, encrypted, lying, overlapping, zipped

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"
_SHEET = "xl/worksheets/sheet1.xml"
_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
_PARAGRAPH = "<w:p><w:r><w:t>Porter des gants.</w:t></w:r></w:p>"


def _types(main: str, part: str) -> bytes:
    defaults = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    override = f'<Override PartName="/{part}" ContentType="{main}"/>'
    return f'{_XML}<Types xmlns="{_PACKAGE}/content-types">{defaults}{override}</Types>'.encode()


def _relations(*targets: tuple[str, str, str]) -> bytes:
    each = "".join(
        f'<Relationship Id="r{n}" Type="{_R}/{kind}" Target="{target}" TargetMode="{mode}"/>'
        for n, (kind, target, mode) in enumerate(targets)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'.encode()


def docx_parts(
    body: str, *, doctype: str = "", main: str | None = None, parts: Mapping[str, bytes] = {}
) -> dict[str, bytes]:
    document = f'{_XML}{doctype}<w:document xmlns:w="{_W}" xmlns:r="{_R}"><w:body>{body}</w:body></w:document>'
    return {
        "[Content_Types].xml": _types(main or f"{_OPEN_XML}.wordprocessingml.document.main+xml", "word/document.xml"),
        "_rels/.rels": _relations(("officeDocument", "word/document.xml", "Internal")),
        "word/document.xml": document.encode(),
        **parts,
    }


def docx(
    body: str = _PARAGRAPH, *, doctype: str = "", main: str | None = None, parts: Mapping[str, bytes] = {}
) -> bytes:
    return zipped(docx_parts(body, doctype=doctype, main=main, parts=parts))


def xlsx_parts(rows: str, *, doctype: str = "", parts: Mapping[str, bytes] = {}) -> dict[str, bytes]:
    book = f'<workbook xmlns="{_S}" xmlns:r="{_R}"><sheets><sheet name="F" sheetId="1" r:id="r0"/></sheets></workbook>'
    sheet = f'{_XML}{doctype}<worksheet xmlns="{_S}"><sheetData>{rows}</sheetData></worksheet>'
    return {
        "[Content_Types].xml": _types(f"{_OPEN_XML}.spreadsheetml.sheet.main+xml", "xl/workbook.xml").replace(
            b"</Types>",
            f'<Override PartName="/{_SHEET}" ContentType="{_OPEN_XML}.spreadsheetml.worksheet+xml"/></Types>'.encode(),
        ),
        "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml", "Internal")),
        "xl/workbook.xml": (_XML + book).encode(),
        "xl/_rels/workbook.xml.rels": _relations(("worksheet", "worksheets/sheet1.xml", "Internal")),
        _SHEET: sheet.encode(),
        **parts,
    }


def cell(text: str, row: int = 1, column: str = "A") -> str:
    return f'<row r="{row}"><c r="{column}{row}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def xlsx(rows: str, *, doctype: str = "", parts: Mapping[str, bytes] = {}) -> bytes:
    return zipped(xlsx_parts(rows, doctype=doctype, parts=parts))


def odf(kind: str, body: str, doctype: str = "") -> bytes:
    spaces = f'xmlns:office="{_OFFICE}" xmlns:text="{_TEXT}" xmlns:table="{_TABLE}"'
    content = (
        f"{_XML}{doctype}<office:document-content {spaces}><office:body>{body}</office:body></office:document-content>"
    )
    mime = f"application/vnd.oasis.opendocument.{kind}".encode()
    return zipped({"mimetype": mime, "content.xml": content.encode()})


def odt(paragraph: str, doctype: str = "") -> bytes:
    return odf("text", f"<office:text><text:p>{paragraph}</text:p></office:text>", doctype)


def laughs(root: str) -> str:
    entities = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(10))
    return f'<!DOCTYPE {root} [<!ENTITY l0 "ha">{entities}]>'


def external(root: str, bait: Bait) -> str:
    file, url = f'<!ENTITY f SYSTEM "file://{bait.file}">', f'<!ENTITY u SYSTEM "{bait.url}/a">'
    return f'<!DOCTYPE {root} [{file}{url}<!ENTITY % p SYSTEM "{bait.url}/b">%p;]>'


def _text(words: str) -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


def reaching_docx(bait: Bait) -> bytes:
    relations = _relations(
        ("attachedTemplate", f"{bait.url}/modele.dotm", "External"),
        ("image", f"{bait.url}/image.png", "External"),
        ("subDocument", f"file://{bait.file}", "External"),
        ("header", "../../../../etc/passwd", "Internal"),
    )
    return docx(_PARAGRAPH + '<w:subDoc r:id="r2"/>', parts={"word/_rels/document.xml.rels": relations})


def nested_zips(depth: int, width: int) -> bytes:
    data = bomb("zeros", 100_000_000)
    for _ in range(depth):
        data = zipped([(f"{number}.zip", data) for number in range(width)])
    return data


def million_rows(_: Bait) -> bytes:
    return xlsx("".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 1_000_001)))


def twice(_: Bait) -> bytes:
    parts = docx_parts(_PARAGRAPH)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return zipped([*parts.items(), ("word/document.xml", b"<autre/>")])


_DOCX = docx()
_FORMULA = '<row r="1"><c r="A1" t="str"><f>cmd|\' /C calc\'!A0</f><v>=cmd|\' /C calc\'!A0</v></c></row>'
_FAR = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>loin</t></is></c></row>'
_REPEATED = (
    '<office:spreadsheet><table:table table:name="F"><table:table-row table:number-rows-repeated="1048576">'
    '<table:table-cell table:number-columns-repeated="16384"><text:p>a</text:p></table:table-cell>'
    "</table:table-row></table:table></office:spreadsheet>"
)
_TABLES = "<w:tbl><w:tr><w:tc>" * 3000 + _PARAGRAPH + "</w:tc></w:tr></w:tbl>" * 3000

CASES: Sequence[Case] = (
    Case("a docx that calls itself a PDF", "rapport.pdf", plainly(_DOCX), ANY),
    Case("a zip that is no docx", "a.docx", plainly(zipped({"a.txt": b"x"})), ("damaged", "unsupported-media-type")),
    Case("a plain zip", "a.zip", plainly(zipped({"a.txt": b"x"})), ("unsupported-media-type",)),
    Case("truncated", "coupe.docx", plainly(_DOCX[: len(_DOCX) // 2]), ("damaged",)),
    Case(
        "a part of 2 GB packed to 2 MB",
        "bombe.docx",
        lambda _: bomb("word/document.xml", 2_000_000_000, docx_parts("")),
        ("archive-bomb", "archive-names"),
    ),
    Case(
        "42 by 3 zips of 100 MB within", "42.docx", lambda _: nested_zips(3, 16), ("damaged", "unsupported-media-type")
    ),
    Case(
        "a bomb that is said to be small",
        "menteur.docx",
        lambda _: lying(bomb("word/media/a", 300_000_000, docx_parts(_PARAGRAPH)), "word/media/a", 10),
        (),
    ),
    Case(
        "a document that is said to be small",
        "menteur2.docx",
        plainly(lying(_DOCX, "word/document.xml", 20)),
        ("archive-bomb",),
    ),
    Case("parts over each other", "superposes.docx", plainly(overlapping(5000)), ("archive-bomb",)),
    Case("100,000 parts", "parts.docx", lambda _: zipped([(f"{n}", b"") for n in range(60_000)]), ("archive-bomb",)),
    Case("names that lead out", "dehors.docx", plainly(docx(parts={"../../../../tmp/evil": b"x"})), ("archive-names",)),
    Case("absolute names", "absolu.xlsx", plainly(xlsx(cell("a"), parts={"/etc/passwd": b"x"})), ("archive-names",)),
    Case("one name twice", "double.docx", twice, ("archive-names",)),
    Case("a zero in a name", "zero.docx", plainly(docx(parts={"word/a\x01.xml": b"x"})), ("archive-names",)),
    Case("a part with a password", "cle.docx", plainly(encrypted(_DOCX, "word/document.xml")), ("password",)),
    Case(
        "a container with a password", "cle.xlsx", plainly(_OLE + "EncryptedPackage".encode("utf-16-le")), ("password",)
    ),
    Case("a file of Word 97", "vieux.doc", plainly(_OLE + "WordDocument".encode("utf-16-le")), ("old-office",)),
    Case("macros", "macro.docm", plainly(docx(main=_MACRO)), ("macros",)),
    Case("macros in a docx", "macro.docx", plainly(docx(parts={"word/vbaProject.bin": b"x"})), ("macros",)),
    Case("external entities", "xxe.docx", lambda bait: docx(_text("Gants. &f;&u;"), doctype=external("x", bait)), ANY),
    Case("external entities", "xxe.xlsx", lambda bait: xlsx(cell("Gants. &f;&u;"), doctype=external("x", bait)), ANY),
    Case("external entities", "xxe.odt", lambda bait: odt("Gants. &f;&u;", external("x", bait)), ANY),
    Case("billion laughs", "rire.docx", plainly(docx(_text("&l10;"), doctype=laughs("x"))), ("archive-bomb",)),
    Case("billion laughs", "rire.xlsx", plainly(xlsx(cell("&l10;"), doctype=laughs("x"))), ("archive-bomb",)),
    Case("billion laughs", "rire.odt", plainly(odt("&l10;", laughs("x"))), ("archive-bomb",)),
    Case(
        "one long entity 100,000 times",
        "quadratique.docx",
        lambda _: docx(_text("&a;" * 100_000), doctype=f'<!DOCTYPE x [<!ENTITY a "{"a" * 100_000}">]>'),
        ("archive-bomb",),
    ),
    Case("reaches for addresses and files", "dehors2.docx", reaching_docx, ANY),
    Case("tables 3,000 deep", "tables.docx", plainly(docx(_TABLES)), ANY),
    Case("elements 200,000 deep", "profond.docx", plainly(docx("<w:p>" * 200_000 + "</w:p>" * 200_000)), ANY),
    Case(
        "a paragraph of 30 MB",
        "paragraphe.docx",
        lambda _: docx(_text("Porter des gants " * 1_800_000)),
        ("archive-bomb",),
    ),
    Case("XML that breaks off", "casse.docx", plainly(docx("<w:p><w:r>")), ANY),
    Case(
        "no document within",
        "vide.docx",
        plainly(zipped({"[Content_Types].xml": docx_parts("")["[Content_Types].xml"]})),
        ANY,
    ),
    Case("formulas that start programs", "formule.xlsx", plainly(xlsx(_FORMULA)), ANY),
    Case("a million rows", "million.xlsx", million_rows, ANY),
    Case("one cell at the far end of the sheet", "loin.xlsx", plainly(xlsx(cell("a") + _FAR)), ANY),
    Case("a row's number beyond any sheet", "rangee.xlsx", plainly(xlsx(cell("a", 10**15))), ANY),
    Case(
        "shared strings of 1 GB",
        "chaines.xlsx",
        lambda _: bomb("xl/sharedStrings.xml", 1_000_000_000, xlsx_parts(cell("a"))),
        ("archive-bomb",),
    ),
    Case(
        "cells repeated 17 thousand million times",
        "repete.ods",
        plainly(odf("spreadsheet", _REPEATED)),
        ("too-many-cells",),
    ),
    Case("a million spaces, said a billion times", "espaces.odt", plainly(odt('a<text:s text:c="999999999"/>b')), ANY),
)
