"""Files of DUERPs that nobody keeps: they are shown as what they are, or refused with the reason."""

import json
import random
import struct
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.services.ingest.hostile import bombs, office
from tests.services.ingest.hostile.case import ANY, Bait, Case, plainly
from tests.services.ingest.hostile.office import cell, docx, odf, xlsx, xlsx_parts
from tests.support.zips import zipped

HEADER = "Unité de travail;Famille de risque;Danger;Situation;Mesures existantes;Gravité;Fréquence;Action;Responsable\n"
ROW = "Salle;Bruit;Pompe;x;y;4;2;z;A\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLD = Path(__file__).parents[1] / "duerp_files" / "office" / "evr.xls"
TABLE = ("Unité de travail", "Famille", "Danger", "Gravité", "Mesures")


def csv(*rows: str, header: str = HEADER) -> Callable[[Bait], bytes]:
    return lambda _: (header + "".join(f"{row}\n" for row in rows)).encode()


def compound(fat: Sequence[int], *, sectors: int = 1, shift: int = 9) -> bytes:
    """A compound file of one sector of allocations and one of the directory."""
    head = bytearray(512)
    head[:8] = OLE
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, shift, 6)
    struct.pack_into("<III", head, 44, sectors, 1, 0)
    struct.pack_into("<Iii", head, 56, 4096, -2, 0)
    struct.pack_into("<i", head, 68, -2)
    struct.pack_into("<109i", head, 76, 0, *([-1] * 108))
    entry, name = bytearray(512), "Root Entry\0".encode("utf-16-le")
    entry[: len(name)] = name
    struct.pack_into("<HB", entry, 64, len(name), 5)
    struct.pack_into("<I", entry, 116, 1)
    return bytes(head) + struct.pack("<128i", *[*fat, *([1] * 128)][:128]) + bytes(entry)


def protected_workbook(_: Bait) -> bytes:
    return compound([-3, -2]) + "EncryptedPackage".encode("utf-16-le").ljust(512, b"\0")


def workbook() -> bytes:
    rows = [TABLE, *[("S", "Bruit", f"Pompe {n}", "3", "x") for n in range(30)]]
    cells = (
        f'<row r="{at}">'
        + "".join(f'<c r="{"ABCDE"[n]}{at}" t="inlineStr"><is><t>{v}</t></is></c>' for n, v in enumerate(row))
        + "</row>"
        for at, row in enumerate(rows, 1)
    )
    return xlsx("".join(cells))


def merged(ranges: str) -> bytes:
    parts = xlsx_parts(cell("Danger"))
    sheet = "xl/worksheets/sheet1.xml"
    tail = f"</sheetData><mergeCells>{ranges}</mergeCells>".encode()
    return zipped({**parts, sheet: parts[sheet].replace(b"</sheetData>", tail)})


def sheets(count: int) -> bytes:
    """Many sheets, all of them one part."""
    parts = xlsx_parts(cell("Danger"))
    more = b"<sheets>" + b'<sheet name="G" sheetId="1" r:id="r0"/>' * count
    return zipped({**parts, "xl/workbook.xml": parts["xl/workbook.xml"].replace(b"<sheets>", more)})


def ods(rows: str) -> bytes:
    return odf(
        "spreadsheet", f'<office:spreadsheet><table:table table:name="F">{rows}</table:table></office:spreadsheet>'
    )


def broken(kind: str, whole: bytes, dice: random.Random) -> Iterator[Case]:
    """A file cut off anywhere, and one with bytes of it changed anywhere."""
    for number in range(8):
        cut = dice.randrange(1, len(whole))
        yield Case(f"cut off, {number}", f"coupe-{number}.{kind}", plainly(whole[:cut]), ANY)
        spoiled = bytearray(whole)
        for _ in range(dice.randrange(1, 40)):
            spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
        yield Case(f"bytes changed, {number}", f"change-{number}.{kind}", plainly(bytes(spoiled)), ANY)


SPANS = '<w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p><w:r><w:t>Danger</w:t></w:r></w:p></w:tc>'
ENDLESS = "99999999999999999999"
CUTS = random.Random(11)  # the same files in every run
DEAR = {"a million rows", "cells repeated 17 thousand million times", "a part of 2 GB packed to 2 MB"}
DEAR |= {"shared strings of 1 GB", "100,000 parts", "a bomb that is said to be small"}
"""Those take a DUERP's whole time, or are dear to make; the tests of documents have them."""

CASES: Sequence[Case] = (
    Case("a danger of 5 MB", "long.csv", csv("Salle;Bruit;" + "Pompe " * 900_000), ("cell-too-long",)),
    Case(
        "a header of a megabyte",
        "titres.csv",
        csv("x;y", header="Danger " * 150_000 + ";Famille\n"),
        ("cell-too-long",),
    ),
    Case("2,000 columns that are dangers", "dangers.csv", csv("x;" * 2000, header="Danger;" * 2000 + "\n")),
    Case("articles without end", "articles.csv", csv("S;Bruit;P;" + "R. 4412-" * 15_000)),
    Case("marks beyond any number", "cotes.csv", csv("S;Bruit;P;x;y;" + "9" * 5000 + ";1e999999;z;A")),
    Case(
        "days and costs that are none",
        "jours.csv",
        csv(
            *(
                f"S;D;A;{word};{word}"
                for word in ("99/99/9999", "1/1/99999999999", "NaN", "1e400", "9" * 400, "٣/٤/٢٠٢٦")
            ),
            header="Unité de travail;Danger;Action;Échéance;Coût\n",
        ),
    ),
    Case("a zero byte", "zero.csv", csv("Sal\0le;Bruit;Pompe"), ("binary",)),
    Case("escapes of a terminal", "terminal.csv", csv("\x1b[31mSalle;Bruit\x07;Pompe"), ANY),
    Case("formulas", "formules.csv", csv("=cmd|'/C calc'!A0;Bruit;@SUM(A1);+1;-1;4;2;\t=1;A")),
    Case("a name that leads out", "../../../etc/passwd", csv(ROW)),
    Case("nothing", "vide.csv", plainly(b"")),
    Case("lists within lists", "listes.json", plainly(b"[" * 100_000), ("damaged",)),
    Case("objects within objects", "objets.json", plainly(b'{"a":' * 100_000), ("damaged",)),
    Case("half a character", "moitie.json", plainly(b'[{"Danger":"\\uD800"}]'), ("damaged",)),
    Case("half a character in a name", "moitie-b.json", plainly(b'[{"\\ud800":"x"}]'), ("damaged",)),
    Case("two halves", "entier.json", plainly(b'[{"Danger":"\\ud83e\\udde4"}]')),
    Case("a number of 100,000 digits", "nombre.json", plainly(b'[{"Danger":' + b"9" * 100_000 + b"}]"), ("damaged",)),
    Case(
        "an export that is none",
        "export.json",
        plainly(json.dumps({"format": "vigie-duerp", "lines": 3}).encode()),
        ANY,
    ),
    Case("a workbook with a password", "cle.xlsx", protected_workbook, ("password",)),
    Case("allocations in a circle", "cercle.xls", plainly(compound([-3, 1])), ("damaged",)),
    Case(
        "16 million sectors that are not there", "secteurs.xls", plainly(compound([-3], sectors=0xFFFFFF)), ("damaged",)
    ),
    Case("a sector of 2 GB", "secteur.xls", plainly(compound([-3, -2], shift=31)), ("damaged",)),
    Case(
        "records of another age", "biff.xls", plainly(b"\x09\x00\x04\x00\x02\x00\x10\x00" + b"\0\0\xff\xff" * 999), ANY
    ),
    Case(
        "a cell beyond any sheet",
        "loin.xlsx",
        plainly(xlsx(f'<row r="{ENDLESS}"><c r="ZZZZZZZZZ{ENDLESS}"/></row>')),
        ANY,
    ),
    Case("a cell before the first", "avant.xlsx", plainly(xlsx(cell("Danger", -1))), ANY),
    Case(
        "a string that is not there",
        "chaine.xlsx",
        plainly(xlsx(f'<row r="1"><c r="A1" t="s"><v>{ENDLESS}</v></c></row>')),
    ),
    Case(
        "days before all days",
        "jour.xlsx",
        plainly(xlsx('<row r="1"><c r="A1"><v>1e308</v></c><c r="B1"><v>-9e9</v></c></row>')),
    ),
    Case("50,000 merges of everything", "fusions.xlsx", plainly(merged('<mergeCell ref="A1:XFD1048576"/>' * 50_000))),
    Case("1,000 sheets that are one", "feuilles.xlsx", plainly(sheets(1000))),
    Case(
        "rows without end",
        "rangs.ods",
        plainly(
            ods(
                f'<table:table-row table:number-rows-repeated="{ENDLESS}"><table:table-cell '
                'table:number-columns-repeated="-5"><text:p>Danger</text:p></table:table-cell></table:table-row>'
            )
        ),
    ),
    Case(
        "2 thousand million spaces",
        "espaces.ods",
        plainly(
            ods(
                '<table:table-row><table:table-cell><text:p>a<text:s text:c="2000000000"/>b</text:p></table:table-cell>'
                "</table:table-row>"
            )
        ),
    ),
    Case("cells that span everything", "large.docx", plainly(docx(f"<w:tbl><w:tr>{SPANS * 100}</w:tr></w:tbl>"))),
    Case(
        "cells that span everything",
        "large.odt",
        plainly(
            odf(
                "text",
                f'<office:text><table:table><table:table-column table:number-columns-repeated="{ENDLESS}"/>'
                f'<table:table-row table:number-rows-repeated="{ENDLESS}">'
                f'<table:table-cell table:number-columns-spanned="{ENDLESS}"/>'
                "</table:table-row></table:table></office:text>",
            )
        ),
    ),
    Case("a picture before a workbook", "image.xlsx", plainly(b"GIF89a" + workbook()), ("damaged",)),
    Case("a page before a workbook", "page.xlsx", plainly(b"%PDF-1.4\n" + workbook()), ("pdf-table",)),
    *broken("xlsx", workbook(), CUTS),
    *broken("xls", OLD.read_bytes(), CUTS),
    *broken(
        "docx",
        docx(
            "<w:tbl><w:tr>"
            + "".join(f"<w:tc><w:p><w:r><w:t>{w}</w:t></w:r></w:p></w:tc>" for w in TABLE)
            + "</w:tr></w:tbl>"
        ),
        CUTS,
    ),
    *broken(
        "ods",
        ods("<table:table-row><table:table-cell><text:p>Danger</text:p></table:table-cell></table:table-row>"),
        CUTS,
    ),
    *(
        Case(each.name, each.file_name, each.make, ANY)
        for each in (*office.CASES, *bombs.CASES)
        if each.file_name.rpartition(".")[2] in {"docx", "xlsx", "odt", "ods"} and each.name not in DEAR
    ),
)
