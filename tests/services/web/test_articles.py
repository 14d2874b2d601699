"""Articles of the public codes open by their numbers, from wherever one is named."""

from services.web.duerp.proposals import articles_of
from shared.contracts.passages import Origin
from shared.http_api.duerp.lines import LineEvidence, LineText
from tests.services.web.conftest import Site
from tests.services.web.test_documents import a_document
from tests.services.web.test_duerp import LINE, UNIT, a_line, desk
from tests.services.web.test_passages import a_passage

__all__ = ["desk"]


async def test_an_article_opens_by_its_number(site: Site) -> None:
    await site.sign_in()
    code = a_document()
    site.gateway.on("GET", "/v1/documents", {"documents": [code], "next": None})
    passages = [a_passage(id="v.1", article="R4412-1"), a_passage(id="v 2", article="R4412-16")]
    site.gateway.on("GET", f"/v1/documents/{code['id']}/passages", {"passages": passages, "next": None})
    opened = await site.http.get("/articles/article R. 4412-16")
    assert (opened.status_code, opened.headers["location"]) == (303, "/passages/v%202")
    asked = [each.url.params for each in site.gateway.requests if each.url.path == "/v1/documents"][-1]
    assert (asked["scope"], asked["media_type"]) == ("public", "application/vnd.vigie.legi-data+json")
    missing = await site.http.get("/articles/R9999-9<x>")
    assert missing.status_code == 404
    assert "R9999-9&lt;x&gt;" in missing.text
    assert 'action="/ask"' in missing.text


def test_an_article_opens_where_it_is_quoted_else_by_its_number() -> None:
    law = LineEvidence(reference="article R. 4412-16", passage="v.1", quote="Il agit", origin=Origin.CORPUS)
    of_unit = LineEvidence(reference="article R. 4412-66", passage="v.2", quote="Rien", origin=Origin.UNIT)
    line = LineText(articles=["R4412-16", "R. 4412-66", "Décret <x>"], evidence=[law, of_unit])
    assert [(each.name, each.address) for each in articles_of(line, "en")] == [
        ("R4412-16", "/passages/v.1?quote=Il+agit"),
        ("R. 4412-66", "/articles/R4412-66"),
        ("Décret <x>", "/articles/D%C3%A9cret%20%3Cx%3E"),
    ]


async def test_a_line_s_page_links_its_articles(desk: Site) -> None:
    desk.gateway.on("GET", f"{UNIT}/lines/{LINE}", a_line(articles=["R4412-66"]))
    page = (await desk.http.get(f"/duerp/UMR5219/lines/{LINE}")).text
    assert '<a href="/articles/R4412-66">R4412-66</a>' in page
