"""Texts, Markdown, HTML, CSV and corpora that nobody writes."""

import json
from collections.abc import Sequence

from tests.services.ingest.hostile.case import ANY, Bait, Case, plainly

LEGI = "application/vnd.vigie.legi-data+json"
GUIDE = "application/vnd.vigie.fiche-travail+json"
MB = 1_000_000


def nested_code(_: Bait) -> bytes:
    opening = b'{"type":"section","data":{"title":"t"},"children":['
    return b'{"type":"code","data":{"title":"c"},"children":[' + opening * 50_000 + b"]}" * 50_001


def laughing_svg(bait: Bait) -> bytes:
    return f'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file://{bait.file}">]><svg><text>&x;</text></svg>'.encode()


def reaching_html(bait: Bait) -> bytes:
    return (
        f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{bait.file}">]><html><head><base href="{bait.url}/">'
        f'<link rel="stylesheet" href="{bait.url}/a.css"><script src="{bait.url}/a.js"></script></head>'
        f'<body><img src="{bait.url}/a.png"><iframe src="file://{bait.file}"></iframe><p>Des gants. &x;</p></body>'
        "</html>"
    ).encode()


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(10))
    return f'<!DOCTYPE html [<!ENTITY l0 "ha">{entities}]><html><body><p>Rire &l10;</p></body></html>'.encode()


CASES: Sequence[Case] = (
    Case("40 MB on one line without a space", "ligne.txt", lambda _: b"a" * (40 * MB), ANY),
    Case("invalid UTF-8", "octets.txt", plainly(b"\xc3\x28\xa0\xa1\xe2\x28\xa1\xf0\x28\x8c\xbc" * 1000), ("encoding",)),
    Case("zero bytes", "zeros.txt", plainly(b"Texte\0cach\xc3\xa9"), ("binary",)),
    Case("control characters", "controle.txt", plainly(b"\x1b[2J\x07" * 1000), ("not-text",)),
    Case(
        "more text than allowed",
        "long.txt",
        lambda _: b"Porter des gants. " * (4 * MB),
        ("too-much-text", "too-much-time"),
    ),
    Case("nothing but accents", "accents.txt", lambda _: "\u0301".encode() * MB, ANY),
    Case("a number without end", "nombre.txt", lambda _: b"1." * MB, ANY),
    Case("an article's number without end", "article.txt", lambda _: b"R. 4412-" * 200_000 + b"1" * MB, ANY),
    Case("spaces without end", "espaces.txt", lambda _: b"a" + b" " * (5 * MB) + b"b", ANY),
    Case("line ends without end", "lignes.txt", lambda _: b"a" + b"\n" * (5 * MB) + b"b", ANY),
    Case("a program that calls itself a text", "outil.txt", plainly(b"MZ\x90\0\x03\0\0\0"), ("program",)),
    Case("a script's first line", "script.md", plainly(b"#!/bin/sh\nrm -rf /\n")),
    Case("quotes within quotes", "cite.md", lambda _: b">" * 200_000 + b" a", ANY),
    Case("lists within lists", "listes.md", lambda _: b"".join(b" " * n + b"- a\n" for n in range(3000)), ANY),
    Case("open brackets", "crochets.md", lambda _: b"[" * 100_000, ANY),
    Case("open links", "liens.md", lambda _: b"[a](<" * 50_000, ANY),
    Case("emphasis without end", "emphase.md", lambda _: b"*a_ " * 100_000, ANY),
    Case("backticks of growing length", "code.md", lambda _: b" ".join(b"`" * n for n in range(1, 1500)), ANY),
    Case(
        "a table of 10,000 columns",
        "table.md",
        lambda _: b"|a" * 10_000 + b"|\n" + b"|-" * 10_000 + b"|\n" + b"|b" * 10_000,
        ANY,
    ),
    Case("a heading of a megabyte", "titre.md", lambda _: b"# " + b"Titre " * 200_000 + b"\n\nTexte."),
    Case("elements 200,000 deep", "profond.html", lambda _: b"<div>" * 200_000 + b"Texte", ANY),
    Case("tags that never end", "tags.html", lambda _: b"<a " * 200_000, ANY),
    Case("comments that never end", "commentaires.html", lambda _: b"<!--" * 200_000, ANY),
    Case("attributes without end", "attributs.html", lambda _: b"<p " + b'a="b" ' * 200_000 + b">Texte</p>", ANY),
    Case("billion laughs", "rire.html", plainly(laughs()), ANY),
    Case("a table within a table, 5,000 deep", "tables.html", lambda _: b"<table><tr><td>" * 5000 + b"Texte", ANY),
    Case(
        "a cell as wide as a million",
        "cellule.html",
        plainly(b'<table><tr><td colspan="9999999" rowspan="9999999">a</td></tr></table>'),
        ANY,
    ),
    Case("reaches for files and addresses", "dehors.html", reaching_html, ANY),
    Case("an external entity", "image.svg", laughing_svg, ANY),
    Case("one row of a million cells", "large.csv", lambda _: b"a;" * MB, ANY),
    Case("a million rows", "haut.csv", lambda _: b"a;b\n" * MB, ANY),
    Case("a quote that is never closed", "guillemet.csv", lambda _: b'a;"' + b"b;c\n" * MB, ANY),
    Case("formulas", "formules.csv", plainly(b"nom;valeur\n=cmd|' /C calc'!A0;+1\n@SUM(A1);-2\n"), ANY),
    Case("a code of sections 50,000 deep", "code.json", nested_code, ("json",), LEGI),
    Case(
        "a code with an article dated at the end of time",
        "date.json",
        plainly(
            json.dumps(
                {
                    "type": "code",
                    "data": {"title": "c"},
                    "children": [{"type": "article", "data": {"id": "a", "texte": "t", "dateDebut": 10**300}}],
                }
            ).encode()
        ),
        ("json",),
        LEGI,
    ),
    Case("a guide that is a list", "guide.json", lambda _: b"[" * MB, ("json",), GUIDE),
    Case(
        "a guide with tags that never end",
        "guide2.json",
        lambda _: json.dumps(
            {"title": "t", "url": "u", "sections": [{"title": "s", "html": "<a " * 500_000 + "x"}]}
        ).encode(),
        ANY,
        GUIDE,
    ),
)
