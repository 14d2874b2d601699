"""What every page owes: its headers, whose requests it takes, what it says when the gateway is away."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from services.web.http.assets import FOLDER
from services.web.http.rendering import Templates, shown_day
from services.web.http.response_headers import headers_of
from shared.language.catalogue import LANGUAGES
from tests.services.web.conftest import Site, led_to


async def test_a_browser_runs_and_loads_nothing_but_ours(site: Site) -> None:
    for path in ("/sign-in", "/nowhere", "/static/vigie.css"):
        headers = (await site.http.get(path)).headers
        policy = headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("public_url", "hsts_s", "told"),
    [
        ("https://pages.example.org", 31_536_000, "max-age=31536000"),
        ("https://pages.example.org", 0, None),
        ("http://127.0.0.1:8090", 31_536_000, None),
    ],
)
def test_browsers_are_held_to_https_where_people_reach_the_pages_so(
    public_url: str, hsts_s: int, told: str | None
) -> None:
    assert headers_of(public_url, hsts_s).get("strict-transport-security") == told


def test_a_moment_is_shown_by_the_day_that_it_is_here(monkeypatch: pytest.MonkeyPatch) -> None:
    last = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "CET-1")
        time.tzset()
        shown = [shown_day(language, last) for language in LANGUAGES]
        assert shown_day("fr", last.date()) == "31/12/2026", "a day is one everywhere"
    time.tzset()
    assert shown == ["01/01/2027", "01 Jan 2027", "01.01.2027"]


def test_counts_are_written_as_people_of_the_language_do_and_what_is_called_by_a_number_is_not(site: Site) -> None:
    templates = site.app.state.parts[Templates]
    assert templates.translator("fr")("documents.count", findable=1200, passages=12_000) == (
        "1\u202f200 passages sur 12\u202f000"
    )
    assert templates.translator("de")("documents.caption-newest", count=1200).startswith("1.200 ")
    assert "1200" in templates.translator("fr")("passage.picture", page=1200)


async def test_what_others_wrote_into_templates_runs_nowhere() -> None:
    for file in FOLDER.parent.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        for inline in ("<script>", "<style", " style=", " onclick", "hx-on", "javascript:", "| safe"):
            assert inline not in text, (file.name, inline)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"sec-fetch-site": "none"}, 303),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"origin": "http://vigie.test"}, 303),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"host": "evil.example"}, 421),
        ({}, 303),
    ],
)
async def test_a_form_of_another_site_is_refused(site: Site, headers: dict[str, str], status: int) -> None:
    await site.sign_in()
    assert (await site.http.post("/sign-out", headers=headers)).status_code == status


async def test_a_file_is_kept_by_browsers_until_its_content_is_another(site: Site) -> None:
    text = (await site.http.get("/sign-in")).text
    address = next(part for part in text.split('"') if part.startswith("/static/vigie.css"))
    assert "immutable" in (await site.http.get(address)).headers["cache-control"]
    assert "immutable" not in (await site.http.get("/static/vigie.css?v=0")).headers["cache-control"]


async def test_a_gateway_that_is_away_is_told_in_words_with_a_way_back(site: Site) -> None:
    def refuse(_request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("gone")

    site.gateway.answers["GET", "/v1/questions"] = refuse
    await site.sign_in()
    away = await site.http.get("/")
    assert away.status_code == 503
    assert "does not respond" in away.text


async def test_a_refusal_of_the_gateway_is_shown_in_its_words(site: Site) -> None:
    await site.sign_in()
    shown = await site.http.get("/passages/none")
    assert (shown.status_code, "Introuvable" in shown.text, "Rien." in shown.text) == (404, True, True)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_pages_speak_the_language_of_the_browser(site: Site, language: str) -> None:
    page = await site.http.get("/sign-in", headers={"accept-language": f"{language}-XX,en;q=0.1"})
    assert f'<html lang="{language}">' in page.text
    words = site.app.state.parts[Templates].translator(language)
    assert words("sign-in.title") in page.text


@pytest.mark.parametrize("path", ["/nowhere", "/documents/not-an-id", "/conversations/1", "/static/none.css"])
async def test_where_there_is_no_page_there_is_one_in_words(site: Site, path: str) -> None:
    await site.sign_in()
    page = await site.http.get(path)
    assert page.status_code in {404, 422}
    assert "no such page" in page.text


async def test_a_defect_is_told_without_its_words(site: Site) -> None:
    def break_down(_request: httpx.Request) -> httpx.Response:
        raise RuntimeError("secret words")

    site.gateway.answers["GET", "/v1/questions"] = break_down
    await site.sign_in()
    transport = httpx.ASGITransport(app=site.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://vigie.test", cookies=site.http.cookies) as http:
        page = await http.get("/", headers={"accept-language": "en"})
    assert page.status_code == 500
    assert "could not be made" in page.text
    assert "secret" not in page.text


async def test_s25_no_byte_of_a_body_is_read_before_somebody_is_signed_in(site: Site) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b"x" * 1024

    for path in ("/ask", "/documents", "/duerp/UMR5219/imports", "/people"):
        assert led_to(await site.http.post(path, content=endless())) == "/sign-in"
    assert read <= 4, "what the client had at hand"


async def test_s25_a_body_beyond_its_kind_s_limit_is_refused(site: Site) -> None:
    await site.sign_in()
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert (await site.http.post("/ask", content=b"x" * (1024 * 1024 + 1), headers=form)).status_code == 413

    async def untold() -> AsyncIterator[bytes]:
        for _ in range(2_000):
            yield b"x" * 1024

    assert (await site.http.post("/ask", content=untold(), headers=form)).status_code in {400, 413}
    assert (await site.http.post("/sign-out")).status_code == 303


async def test_metrics_tell_routes_and_nothing_that_people_typed(site: Site) -> None:
    await site.sign_in()
    await site.http.get("/conversations?search=secret-words")
    await site.http.get("/passages/secret-passage")
    await site.http.get("/secret-nowhere")
    told = (await site.http.get("/metrics")).text
    for route, status in (("/conversations", 200), ("/passages/{passage}", 404), ("none", 404)):
        assert f'vigie_page_duration_seconds_count{{method="GET",route="{route}",status="{status}"}} 1.0' in told
    assert "secret" not in told
