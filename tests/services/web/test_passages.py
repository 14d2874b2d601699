"""What a citation opens: the words where they stand, what is around them, the row of a sheet in its table."""

from typing import Any
from uuid import uuid4

import pytest

from services.web.ask.sheets import sheet_rows
from shared.http_api.passages import OpenedPassageView
from tests.services.web.conftest import Site

SHEET = "Produit | Lieu | Gants\nAzote | B12 | cryo\nBenzène | C3"
HOSTILE = "<script>alert(1)</script>"


def a_passage(**fields: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": "v.1", "document": str(uuid4()), "version": str(uuid4()), "scope": "public", "origin": "corpus",
        "ordinal": 1, "title": "Code du travail", "headings": [], "text": "Il agit chaque année.", "start": 0, "end": 9,
        "repeated": 0, "language": "fr", "article": "R4121-2", "version_id": None, "in_force_from": "2022-03-31",
        "in_force_to": None, "page": None, "sheet": None, "row": None, "rows": [], "columns": [], "cells": None,
        "source_url": "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000045680938", "url": "/v1/passages/v.1",
        "superseded": False, "previous": HOSTILE, "previous_url": "/v1/passages/v.0", "next": None, "next_url": None,
    }  # fmt: skip
    return told | fields


def of_a_sheet(**fields: Any) -> dict[str, Any]:
    told = {"text": SHEET, "sheet": "Stock", "rows": [1, 7, 8], "columns": ["A", "B", "D"], "article": None}
    return a_passage(**(told | fields))


async def opened(site: Site, passage: dict[str, Any], **headers: str) -> str:
    await site.sign_in()
    site.gateway.on("GET", "/v1/passages/v.1", passage)
    quote = {"quote": "Azote | B12" if passage["rows"] else "chaque année"}
    return (await site.http.get("/passages/v.1", params=quote, headers=headers)).text


async def test_an_article_has_its_dates_its_publisher_and_its_neighbours_a_click_away(site: Site) -> None:
    panel = await opened(site, a_passage(), **{"hx-request": "true"})
    for told in ("<mark>chaque année</mark>", "31 Mar 2022", 'hx-get="/passages/v.0"', "legifrance.gouv.fr"):
        assert told in panel, told
    assert "public corpus" in panel
    assert "<script>alert" not in panel
    assert "after" not in panel, "nothing comes behind it"


async def test_a_page_of_its_own_follows_links_without_scripts(site: Site) -> None:
    page = await opened(site, a_passage())
    assert 'href="/passages/v.0"' in page
    assert "hx-get" not in page


async def test_a_row_of_a_sheet_stands_in_its_table(site: Site) -> None:
    page = await opened(site, of_a_sheet())
    assert page.count('class="cited"') == 1
    assert '<th scope="row">7<span class="unseen"> (cited row)</span></th><td><mark>Azote</mark></td>' in page
    assert '<th scope="col">D</th>' in page


@pytest.mark.parametrize(
    "fields",
    [{"rows": []}, {"rows": [1, 2]}, {"columns": []}, {"columns": ["A", "B"]}, {"text": "un texte"}],
)
def test_what_does_not_read_as_a_table_is_shown_as_text(fields: dict[str, Any]) -> None:
    assert sheet_rows(OpenedPassageView.model_validate(of_a_sheet(**fields)), (0, 5)) == []


@pytest.mark.parametrize(
    ("cited", "rows"), [((0, 0), []), ((23, 28), [7]), ((10, 30), [1, 7]), ((22, 23), []), ((0, 90), [1, 7, 8])]
)
def test_the_rows_that_a_quote_touches_are_marked(cited: tuple[int, int], rows: list[int]) -> None:
    shown = sheet_rows(OpenedPassageView.model_validate(of_a_sheet()), cited)
    assert [each.number for each in shown if each.is_cited] == rows
    assert shown[-1].cells == ["Benzène", "C3", ""]


async def test_a_page_of_a_pdf_comes_as_a_picture_and_its_words_stay(site: Site) -> None:
    panel = await opened(site, a_passage(page=3, picture_url="/v1/passages/v.1/picture"), **{"hx-request": "true"})
    assert 'hx-get="/passages/v.1/picture?quote=chaque+ann%C3%A9e" hx-trigger="load"' in panel
    assert "<mark>chaque année</mark>" in panel


@pytest.mark.parametrize(
    ("told", "shown", "hidden"),
    [
        ({"state": "drawing"}, 'hx-trigger="every 1s"', "<image"),
        ({"state": "absent"}, "cannot be shown", "hx-trigger"),
        (
            {"state": "drawn", "width": 80, "height": 90, "marks": [{"left": 1, "top": 2, "width": 3, "height": 4}]},
            '<rect class="cited" x="1.0" y="2.0" width="3.0" height="4.0"',
            "hx-trigger",
        ),
        ({"state": "drawn", "width": 80, "height": 90}, "cannot be marked", "<rect"),
    ],
    ids=["drawing", "absent", "marked", "scan"],
)
async def test_a_picture_is_waited_for_shown_or_said_to_be_missing(
    site: Site, told: dict[str, Any], shown: str, hidden: str
) -> None:
    await site.sign_in()
    site.gateway.on("GET", "/v1/passages/v.1", a_passage(page=3, title=HOSTILE))
    site.gateway.on("GET", "/v1/passages/v.1/picture", told)
    part = (await site.http.get("/passages/v.1/picture", headers={"hx-request": "true"})).text
    assert shown in part
    assert hidden not in part
    assert HOSTILE not in part
