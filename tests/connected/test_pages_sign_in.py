"""People sign in to the pages at a real Keycloak, ask in their own name, and are signed out by it."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Page, async_playwright, expect

from services.standalone.serving import listen, serving
from services.web.app import create_app
from services.web.sessions.model import Tokens
from services.web.sessions.sealing import new_cookie
from services.web.sessions.service import Sessions
from services.web.sessions.sql import SqlSessions
from services.web.sessions.vault import Vault
from services.web.settings import KeycloakSettings, SessionSettings, WebSettings
from shared.clock import utc_now
from tests.services.web.conftest import ScriptedGateway, led_to
from tests.support.keycloak import BASE, REASON, Realm, keycloak_realm

pytestmark = [pytest.mark.connected, pytest.mark.skipif(not BASE, reason=REASON)]

POSTGRES = os.environ.get("VIGIE_TEST_POSTGRES", "")
CHROMIUM = os.environ.get("VIGIE_TEST_CHROMIUM", "")
needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="VIGIE_TEST_CHROMIUM is not set: no browser")


@pytest.fixture(scope="module")
def realm() -> Iterator[Realm]:
    with keycloak_realm() as made:
        yield made


class Site:
    """The pages on a port of their own, which their realm knows, before a gateway that is scripted."""

    def __init__(self, address: str, gateway: ScriptedGateway, realm: Realm) -> None:
        self.address = address
        self.gateway = gateway
        self._realm = realm

    def browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.address, trust_env=False)

    async def sign_in(self, browser: httpx.AsyncClient, user: str) -> httpx.Response:
        """Leave for Keycloak's page, fill it in, come back."""
        left = await browser.get("/sign-in", params={"to": "/"})
        back = await asyncio.to_thread(self._realm.fill_in, left.headers["location"], user)
        assert back.startswith(f"{self.address}/callback?")
        return await browser.get(back)


@asynccontextmanager
async def pages_of(realm: Realm, folder: Path) -> AsyncIterator[Site]:
    listener = listen(0)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    realm.move_pages(address)
    gateway = ScriptedGateway()
    gateway.on("GET", "/v1/questions", {"questions": [], "next": None})
    settings = WebSettings(
        gateway_url="http://gateway.test",
        public_url=address,
        secure_cookies=False,
        keycloak=KeycloakSettings(issuer=realm.issuer, timeout_s=60),
        sessions=SessionSettings(url=f"sqlite+aiosqlite:///{folder / 'web.db'}"),
    )
    try:
        async with serving(create_app(settings, transport=httpx.MockTransport(gateway)), listener):
            yield Site(address, gateway, realm)
    finally:
        listener.close()


async def test_a_person_signs_in_asks_in_their_own_name_and_signs_out_everywhere(realm: Realm, tmp_path: Path) -> None:
    async with pages_of(realm, tmp_path) as site, site.browser() as browser:
        assert (await site.sign_in(browser, "rene")).headers["location"] == "/"
        home = await browser.get("/")
        assert home.status_code == 200
        token = site.gateway.requests[-1].headers["authorization"].removeprefix("Bearer ")
        assert realm.claims(token)["azp"] == "vigie-web"
        assert "/units/UMR5219" in realm.claims(token)["groups"]
        left = led_to(await browser.post("/sign-out"))
        assert urlsplit(left).path.endswith("/protocol/openid-connect/logout")
        answer = await asyncio.to_thread(httpx.get, left, trust_env=False, timeout=60)
        assert answer.headers["location"] == f"{site.address}/", "Keycloak ended its session and sent the person back"
        assert (await browser.get("/")).status_code == 303


async def test_a_session_that_an_admin_ends_at_keycloak_is_over_here_and_no_other(realm: Realm, tmp_path: Path) -> None:
    async with pages_of(realm, tmp_path) as site, site.browser() as one, site.browser() as other:
        tokens = []
        for browser in (one, other):
            await site.sign_in(browser, "alice")
            assert (await browser.get("/")).status_code == 200
            tokens.append(site.gateway.requests[-1].headers["authorization"].removeprefix("Bearer "))
        await asyncio.to_thread(realm.end_session, realm.claims(tokens[0])["sid"])
        async with asyncio.timeout(30):
            while (await one.get("/")).status_code != 303:
                await asyncio.sleep(0.1)
        assert (await other.get("/")).status_code == 200


async def test_tokens_are_renewed_at_keycloak_before_they_end(realm: Realm, tmp_path: Path) -> None:
    realm.admin("PUT", "", json={"realm": realm.name, "accessTokenLifespan": 15})
    async with pages_of(realm, tmp_path) as site, site.browser() as browser:
        await site.sign_in(browser, "rene")
        tokens = set()
        for _ in range(3):
            assert (await browser.get("/")).status_code == 200
            tokens.add(site.gateway.requests[-1].headers["authorization"])
        assert len(tokens) == 3, "each of them would have ended within 20 s"


@asynccontextmanager
async def chromium(**options: Any) -> AsyncIterator[tuple[Page, list[str]]]:
    """A page of a browser, and what it refused to do."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(locale="fr-FR", **options)
        refused: list[str] = []
        page.on("console", lambda told: refused.append(told.text) if "Content Security Policy" in told.text else None)
        yield page, refused
        await browser.close()


async def fill_in(page: Page, user: str) -> None:
    """Log in at Keycloak's page."""
    await page.locator("#username").fill(user)
    await page.locator("#password").fill(f"essai-{user}-2026")
    await page.locator("#kc-login").click()


@needs_chromium
async def test_in_a_browser_a_person_signs_in_and_out_at_another_origin_under_the_policy(
    realm: Realm, tmp_path: Path
) -> None:
    async with pages_of(realm, tmp_path) as site, chromium() as (page, refused):
        await page.goto(f"{site.address}/?tour=2")
        await fill_in(page, "rene")
        await expect(page).to_have_url(f"{site.address}/?tour=2")
        await page.get_by_role("button", name="Se déconnecter").click()
        await expect(page.locator("#username")).to_be_visible()
        assert page.url.startswith(realm.issuer), "Keycloak's session is over too: else it would have sent them back"
        assert refused == []


@needs_chromium
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_in_a_browser_who_sends_a_form_after_their_session_signs_in_and_finds_their_words(
    realm: Realm, tmp_path: Path, scripts: bool
) -> None:
    words = "Quels gants\u202f?"
    async with pages_of(realm, tmp_path) as site, chromium(java_script_enabled=scripts) as (page, refused):
        await page.goto(f"{site.address}/?tour=2")
        await fill_in(page, "alice")
        await page.locator("#question").fill(words)
        await page.context.clear_cookies()
        await page.get_by_role("button", name="Demander").click()
        await fill_in(page, "alice")
        await expect(page).to_have_url(f"{site.address}/?tour=2")
        await expect(page.locator("#question")).to_have_value(words if scripts else "")
        assert refused == []


@pytest.mark.skipif(not POSTGRES, reason="PostgreSQL was not tested: VIGIE_TEST_POSTGRES names none")
async def test_sessions_are_kept_in_postgresql_as_in_sqlite() -> None:
    now = utc_now()
    tokens = Tokens(access="a", access_expires_at=now, renewal="r", session=f"s-{new_cookie()}")
    async with SqlSessions(POSTGRES).opened() as store, SqlSessions(POSTGRES).opened() as replica:
        await store.look()
        one, other = (
            Sessions(Vault(each), lives=timedelta(hours=1), idle=timedelta(hours=1)) for each in (store, replica)
        )
        cookies = [await one.begin("ada", tokens) for _ in range(2)]
        found = await other.find(cookies[0])
        assert found is not None
        assert found.person == "ada"
        assert tokens.session is not None
        assert await other.end_of_issuer(tokens.session) == 2
        assert [await one.find(cookie) for cookie in cookies] == [None, None]
