"""Signing in with a link, being another person of the machine, sessions that end."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import pytest

from services.web.sessions.model import Tokens
from services.web.sessions.sealing import key_of, new_cookie
from services.web.sessions.service import Sessions
from services.web.sessions.sql import SqlSessions
from services.web.sessions.vault import Vault
from services.web.sign_in.cookies import own_address
from tests.services.web.conftest import OWNER, Site, led_to

NOW = datetime(2026, 11, 29, 8, tzinfo=UTC)


async def test_a_link_signs_its_owner_in_once(site: Site) -> None:
    link = f"/sign-in?code={site.code.current()}&to=/people"
    first = await site.http.get(link)
    assert (first.status_code, first.headers["location"]) == (303, "/people")
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert OWNER in (await site.http.get("/people")).text
    async with site.visitor() as other:
        again = await other.get(link)
        assert (again.status_code, "was used before" in again.text) == (403, True)
        assert (await other.get("/people")).headers["location"] == "/sign-in?to=%2Fpeople"


async def test_a_link_may_name_who_one_is_and_where_it_leads(site: Site) -> None:
    link = f"/sign-in?code={site.code.current()}&name=alice&to=%2Fduerp%2FDEMO"
    first = await site.http.get(link)
    assert first.headers["location"] == "/duerp/DEMO"
    assert ">alice</a>" in (await site.http.get("/people")).text
    assert (await site.http.get(link)).status_code == 403, "once, whoever it names"
    await site.http.get(f"/sign-in?code={site.code.current()}&name=mallory")
    assert f">{OWNER}</a>" in (await site.http.get("/people")).text, "a person whom nobody declared is nobody"
    assert (await site.http.get("/sign-in?name=alice&code=x")).status_code == 403


async def test_without_a_session_every_page_leads_to_signing_in_and_back(site: Site) -> None:
    for path in ("/", "/conversations/b3a0e8c2-6c31-4f57-8bb6-6a1a5d2f9c11", "/passages/x?quote=a"):
        refused = await site.http.get(path)
        assert refused.status_code == 303
        to = "" if path == "/" else f"?to={quote(path, safe='')}"
        assert refused.headers["location"] == f"/sign-in{to}"
    assert (await site.http.get("/passages/x", headers={"hx-request": "true"})).headers["hx-redirect"]
    assert site.gateway.requests == []


async def test_a_form_without_a_session_is_answered_with_a_page_that_leads_to_signing_in_and_back(site: Site) -> None:
    """A redirect would be the form's: browsers hold it against the policy, up to the issuer that is another origin."""
    page = {"referer": "http://vigie.test/duerp/UMR1/lines?search=%C3%A9t%C3%A9&group=family"}
    answer = await site.http.post("/duerp/UMR1/lines", headers=page)
    assert led_to(answer) == "/sign-in?to=%2Fduerp%2FUMR1%2Flines%3Fsearch%3D%25C3%25A9t%25C3%25A9%26group%3Dfamily"
    assert answer.cookies["vigie-unsent"] == "1"
    for elsewhere in ("http://evil.example/x?y", "http://vigie.test//evil.example", "http://[", ""):
        assert led_to(await site.http.post("/ask", headers={"referer": elsewhere})) == "/sign-in"
    long = {"referer": f"http://vigie.test/passages/x?quote={'q' * 2_000}"}
    assert led_to(await site.http.post("/ask", headers=long)) == "/sign-in?to=%2Fpassages%2Fx"
    part = await site.http.get(f"/duerp/UMR1/lines/{UUID(int=1)}/row", headers=page | {"hx-request": "true"})
    assert part.headers["hx-redirect"] == led_to(answer), "back to the page, not to a row of it"


async def test_each_request_to_the_gateway_is_made_in_the_person_s_own_name(site: Site) -> None:
    await site.sign_in()
    await site.http.get("/")
    await site.http.post("/people", data={"name": "alice"})
    await site.http.get("/")
    told = [request.headers["authorization"] for request in site.gateway.requests]
    assert list(dict.fromkeys(told)) == [f"Bearer token-1-of-{OWNER}", "Bearer token-2-of-alice"]
    assert {request.headers["accept-language"] for request in site.gateway.requests} == {"en"}


async def test_nobody_is_a_person_whom_nobody_declared(site: Site) -> None:
    await site.sign_in()
    await site.http.post("/people", data={"name": "mallory"})
    assert OWNER in (await site.http.get("/people")).text


async def test_a_token_that_is_about_to_end_is_renewed_before_it_is_sent(site: Site) -> None:
    site.people.lifetime = timedelta(seconds=5)
    await site.sign_in()
    site.people.lifetime = timedelta(hours=1)
    await site.http.get("/")
    await site.http.get("/")
    assert {request.headers["authorization"] for request in site.gateway.requests} == {f"Bearer token-2-of-{OWNER}"}


async def test_whose_issuer_gives_no_more_tokens_signs_in_again(site: Site) -> None:
    site.people.lifetime = timedelta(seconds=5)
    await site.sign_in()
    site.people.known = ("somebody else",)
    assert (await site.http.get("/")).headers["location"].startswith("/sign-in")
    assert site.gateway.requests == []


async def test_signing_out_ends_the_session_and_not_only_its_cookie(site: Site) -> None:
    await site.sign_in()
    ((name, value),) = site.http.cookies.items()
    assert (await site.http.post("/sign-out")).headers["location"] == "/sign-in"
    async with site.visitor() as thief:
        thief.cookies.set(name, value)
        assert (await thief.get("/")).status_code == 303


async def test_the_store_of_sessions_has_no_token_and_no_cookie(site: Site) -> None:
    await site.sign_in()
    stored = b"".join(file.read_bytes() for file in site.folder.glob("web.db*"))
    (cookie,) = site.http.cookies.values()
    assert b"token-1" not in stored
    assert OWNER.encode() not in stored
    assert cookie.encode() not in stored


@pytest.mark.parametrize("cookie", ["", "x", "é" * 43, "A" * 43, "A" * 4000, "../../etc"])
async def test_a_cookie_that_is_none_of_ours_opens_nothing(site: Site, cookie: str) -> None:
    headers = {b"cookie": b"vigie-session=" + cookie.encode()}
    assert (await site.http.get("/", headers=headers)).status_code == 303


def test_a_session_is_opened_by_its_own_cookie_alone() -> None:
    one, other = key_of(new_cookie()), key_of(new_cookie())
    assert one is not None
    assert other is not None
    assert one.open(one.seal(b"words")) == b"words"
    assert other.open(one.seal(b"words")) is None
    assert one.open(b"short") is None


async def test_sessions_survive_a_restart_and_end_when_they_should(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'web.db'}"
    now = NOW
    tokens = Tokens(access="a", access_expires_at=NOW + timedelta(days=9), renewal="r")

    def sessions(store: SqlSessions) -> Sessions:
        return Sessions(Vault(store), lives=timedelta(hours=12), idle=timedelta(hours=4), now=lambda: now)

    async with SqlSessions(url).opened() as store:
        await store.look()
        seen, left = [await sessions(store).begin("ada", tokens) for _ in range(2)]
    async with SqlSessions(url).opened() as store:
        for hours in (3, 6, 9, 11.9):
            now = NOW + timedelta(hours=hours)
            assert await sessions(store).find(seen) is not None, hours
        assert await sessions(store).find(left) is None, "nobody came for four hours"
        now = NOW + timedelta(hours=12)
        assert await sessions(store).find(seen) is None, "twelve hours are over, whoever came"
        assert await sessions(store).sweep() == 2


@pytest.mark.parametrize(
    ("to", "address"),
    [
        ("/conversations/1?a=b#last", "/conversations/1?a=b#last"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/a\r\nset-cookie: x", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_who_signs_in_goes_on_within_these_pages(to: str, address: str) -> None:
    assert own_address(to) == address
