"""The passages of a long document: paged with the true count, found by words, led to from elsewhere."""

from typing import Any

import httpx
import pytest

from services.web.documents.within import PAGE, begins_at, marked, part_of
from tests.services.web.conftest import Site
from tests.services.web.test_documents import ME, a_document
from tests.services.web.test_passages import a_passage

TOTAL = 450


@pytest.fixture
async def long(site: Site) -> dict[str, Any]:
    await site.sign_in()
    document = a_document(passages=TOTAL, indexed=TOTAL)
    site.gateway.on("GET", "/v1/me", ME)
    site.gateway.on("GET", f"/v1/documents/{document['id']}", document)

    def passages(request: httpx.Request) -> httpx.Response:
        asked = request.url.params
        first, limit, search = int(asked["after"]) + 1, int(asked["limit"]), asked.get("search")
        if search:
            found = [each for each in (7, 412) if each >= first][:limit]
            following = None if first > 300 else 300
            found = [each for each in found if following is None or each <= following]
        else:
            found = list(range(first, min(first + limit, TOTAL)))
            following = found[-1] if found and found[-1] < TOTAL - 1 else None
        told = [a_passage(id=f"v.{n}", ordinal=n, text=f"Égout <{n}>", page=3, headings=[]) for n in found]
        return httpx.Response(200, json={"passages": told, "next": following})

    site.gateway.answers["GET", f"/v1/documents/{document['id']}/passages"] = passages
    return document


async def test_the_count_is_the_document_s_and_every_passage_has_a_page(site: Site, long: dict[str, Any]) -> None:
    address = f"/documents/{long['id']}"
    page = (await site.http.get(address)).text
    assert "(passages: 450)" in page
    assert "Passages 1 to 200 of 450" in page
    assert f'href="{address}?passage=200#passages" rel="next"' in page
    last = (await site.http.get(address, params={"passage": 412})).text
    assert 'id="p412"' in last
    assert "Passages 401 to 450 of 450" in last
    assert 'rel="next"' not in last
    assert "Égout &lt;412&gt;" in last
    assert 'id="p0"' in (await site.http.get(address, params={"passage": 90_000})).text, "beyond the end: the start"


async def test_words_are_found_in_the_whole_document_and_lead_to_their_place(site: Site, long: dict[str, Any]) -> None:
    address = f"/documents/{long['id']}"
    page = (await site.http.get(address, params={"find": " egout "})).text
    assert page.count("<mark>Égout</mark>") == 2
    assert f'href="{address}?passage=412#p412"' in page
    assert "Passages with these words: 2." in page
    assert "Search on" not in page
    asked = [each.url.params["after"] for each in site.gateway.requests if "search" in each.url.params]
    assert asked == ["-1", "300"], "a search that goes on is gone on with"


async def test_what_is_not_found_is_told(site: Site, long: dict[str, Any]) -> None:
    path = f"/v1/documents/{long['id']}/passages"
    site.gateway.on("GET", path, {"passages": [], "next": None})
    assert "No passage has all of these words." in (await site.http.get(f"/documents/{long['id']}?find=zzz")).text
    site.gateway.on("GET", path, {"passages": [], "next": 90_000})
    page = (await site.http.get(f"/documents/{long['id']}?find=zzz")).text
    assert "the search can go on" in page
    assert "behind=90000#passages" in page
    assert len([each for each in site.gateway.requests if each.url.path == path and "search" in each.url.params]) <= 9


async def test_a_citation_leads_to_the_page_of_the_document_that_has_it(site: Site) -> None:
    await site.sign_in()
    passage = a_passage(ordinal=412)
    site.gateway.on("GET", "/v1/passages/v.1", passage)
    assert f'/documents/{passage["document"]}?passage=412#p412"' in (await site.http.get("/passages/v.1")).text


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("Évacuer l\u2019égout", "egout evacuer", ["Évacuer", "égout"]),
        ("Straße", "strasse", []),
        ("a.b", ".", ["."]),
        ("noise", "", []),
        ("l\u2019eau", "l'eau", ["l\u2019eau"]),
        ("gants gant", "gant gants", ["gants", "gant"]),
    ],
)
def test_the_words_that_were_looked_for_are_marked(text: str, words: str, found: list[str]) -> None:
    pieces = marked(text, words)
    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, is_found in pieces if is_found] == found


def test_a_page_has_the_passages_around_one() -> None:
    assert [begins_at(each) for each in (0, PAGE - 1, PAGE, 2 * PAGE + 3)] == [0, 0, PAGE, 2 * PAGE]
    middle = part_of(PAGE, PAGE, 3 * PAGE)
    assert (middle.first, middle.last, middle.before, middle.behind) == (PAGE + 1, 2 * PAGE, 0, 2 * PAGE)
    assert part_of(0, 5, 3).total == 5, "more came since"
