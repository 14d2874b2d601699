"""Signing in at an issuer that is scripted: what holds is believed, and nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from services.web.app import create_app
from services.web.settings import KeycloakSettings, SessionSettings, WebSettings
from shared.clock import utc_now
from tests.services.web.conftest import ScriptedGateway, browser, led_to

ISSUER = "http://keycloak.test/realms/vigie"
ENDPOINTS = f"{ISSUER}/protocol/openid-connect"
LOGOUT: dict[str, Any] = {"http://schemas.openid.net/event/backchannel-logout": {}}
A_QUESTION = {"conversation": "b3a0e8c2-6c31-4f57-8bb6-6a1a5d2f9c11", "key": "k", "question": "Quand agir ?"}
Json = dict[str, Any]


@dataclass
class ScriptedIssuer:
    """A Keycloak of a test: `claims` are those of the next ID token, `refusing` what it refuses; or it is `away`."""

    claims: Json = field(default_factory=dict)
    lifetime_s: int = 300
    refusing: str | None = None
    away: bool = False
    forms: list[dict[str, list[str]]] = field(default_factory=list)
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("away")
        match request.url.path.removeprefix("/realms/vigie"):
            case "/.well-known/openid-configuration":
                names = {"authorization_endpoint": "auth", "token_endpoint": "token", "jwks_uri": "certs"}
                told = {name: f"{ENDPOINTS}/{path}" for name, path in names.items()}
                return httpx.Response(200, json=told | {"end_session_endpoint": f"{ENDPOINTS}/logout"})
            case "/protocol/openid-connect/certs":
                public: Json = ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
                return httpx.Response(200, json={"keys": [public | {"kid": "k", "alg": "ES256", "use": "sig"}]})
        form = parse_qs(request.content.decode())
        self.forms.append(form)
        if form["grant_type"][0] == self.refusing:
            return httpx.Response(400, json={"error": "invalid_grant"})
        return httpx.Response(200, json=self.tokens())

    def tokens(self) -> Json:
        number = len(self.forms)
        return {
            "access_token": f"access-{number}", "refresh_token": f"refresh-{number}", "token_type": "Bearer",
            "expires_in": self.lifetime_s, "id_token": self.signed(self.claims),
        }  # fmt: skip

    def signed(self, claims: Json, key: ec.EllipticCurvePrivateKey | None = None) -> str:
        now = utc_now()
        whole = {"iss": ISSUER, "aud": "vigie-web", "iat": now, "exp": now + timedelta(minutes=5), "sub": "u1"}
        return jwt.encode(whole | {"sid": "s1"} | claims, key or self.key, algorithm="ES256", headers={"kid": "k"})


@dataclass
class Deployment:
    """The pages of a deployment, its issuer, and a browser."""

    http: httpx.AsyncClient
    issuer: ScriptedIssuer
    gateway: ScriptedGateway
    browser: Callable[[], httpx.AsyncClient]

    async def leave(self, to: str = "/") -> dict[str, str]:
        """Leave for Keycloak's page; what it is asked with."""
        page = await self.http.get("/sign-in", params={"to": to})
        query = {name: values[0] for name, values in parse_qs(urlsplit(page.headers["location"]).query).items()}
        self.issuer.claims = {"nonce": query["nonce"], "name": "Ada L."} | self.issuer.claims
        return query

    async def sign_in(self, to: str = "/") -> httpx.Response:
        query = await self.leave(to)
        return await self.http.get("/callback", params={"state": query["state"], "code": "c"})


@asynccontextmanager
async def deployed(folder: Path) -> AsyncIterator[Deployment]:
    gateway, issuer = ScriptedGateway(), ScriptedIssuer()
    gateway.on("GET", "/v1/questions", {"questions": [], "next": None})
    settings = WebSettings(
        gateway_url="http://gateway.test",
        public_url="http://vigie.test",
        secure_cookies=False,
        keycloak=KeycloakSettings(issuer=ISSUER),
        sessions=SessionSettings(url=f"sqlite+aiosqlite:///{folder / 'web.db'}"),
    )
    app = create_app(settings, transport=httpx.MockTransport(gateway), issuer_transport=httpx.MockTransport(issuer))
    async with app.router.lifespan_context(app), browser(app) as http:
        yield Deployment(http, issuer, gateway, lambda: browser(app))


async def test_a_person_signs_in_with_a_proof_of_who_began_and_goes_on_where_they_were(tmp_path: Path) -> None:
    async with deployed(tmp_path) as pages:
        asked = await pages.leave("/people?a=1")
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        assert (asked["client_id"], asked["redirect_uri"]) == ("vigie-web", "http://vigie.test/callback")
        back = await pages.http.get("/callback", params={"state": asked["state"], "code": "c"})
        assert (back.status_code, back.headers["location"]) == (303, "/people?a=1")
        (form,) = pages.issuer.forms
        assert form["code_verifier"]
        assert form["redirect_uri"] == ["http://vigie.test/callback"]
        home = await pages.http.get("/")
        assert "Ada L." in home.text
        assert "access-1" not in home.text
        assert pages.gateway.requests[-1].headers["authorization"] == "Bearer access-1"


@pytest.mark.parametrize(
    "claims",
    [{"nonce": "another"}, {"iss": "http://evil.test"}, {"aud": "vigie-cli"}, {"exp": 1_000_000_000}, {"nonce": None}],
)
async def test_a_word_that_does_not_hold_signs_nobody_in(tmp_path: Path, claims: Json) -> None:
    async with deployed(tmp_path) as pages:
        pages.issuer.claims = claims
        assert (await pages.sign_in()).status_code == 403
        assert (await pages.http.get("/")).status_code == 303


async def test_a_code_comes_back_once_in_the_browser_that_left(tmp_path: Path) -> None:
    async with deployed(tmp_path) as pages, pages.browser() as other:
        query = await pages.leave()
        answer = {"state": query["state"], "code": "c"}
        assert (await other.get("/callback", params=answer)).status_code == 403
        assert (await pages.http.get("/callback", params=answer | {"state": "wrong"})).status_code == 403
        assert (await pages.http.get("/callback", params=answer)).status_code == 403, "it was used up"
        assert pages.issuer.forms == []


async def test_tokens_are_renewed_once_and_a_refusal_ends_the_session(tmp_path: Path) -> None:
    async with deployed(tmp_path) as pages:
        pages.issuer.lifetime_s = 5
        await pages.sign_in()
        pages.issuer.lifetime_s = 300
        await asyncio.gather(*(pages.http.get("/") for _ in range(5)))
        assert [form["grant_type"] for form in pages.issuer.forms] == [["authorization_code"], ["refresh_token"]]
        assert {each.headers["authorization"] for each in pages.gateway.requests} == {"Bearer access-2"}
    async with deployed(tmp_path / "") as pages:
        pages.issuer.lifetime_s, pages.issuer.refusing = 5, "refresh_token"
        await pages.sign_in()
        assert (await pages.http.get("/")).headers["location"].startswith("/sign-in")


async def test_signing_out_ends_the_session_at_keycloak_too_by_a_page_that_leads_there(tmp_path: Path) -> None:
    async with deployed(tmp_path) as pages:
        await pages.sign_in()
        left = await pages.http.post("/sign-out")
        assert "form-action 'self';" in left.headers["content-security-policy"]
        address = urlsplit(led_to(left))
        query = parse_qs(address.query)
        assert f"{address.scheme}://{address.netloc}{address.path}" == f"{ENDPOINTS}/logout"
        assert query["post_logout_redirect_uri"] == ["http://vigie.test/"]
        assert query["id_token_hint"]
        assert (await pages.http.get("/")).status_code == 303
        assert led_to(await pages.http.post("/sign-out")) == "/sign-in"


async def test_a_form_sent_on_a_session_that_keycloak_does_not_renew_comes_back_unsent(tmp_path: Path) -> None:
    async with deployed(tmp_path) as pages:
        pages.issuer.lifetime_s, pages.issuer.refusing = 5, "refresh_token"
        await pages.sign_in()
        asked = await pages.http.post("/ask", data=A_QUESTION, headers={"referer": "http://vigie.test/?tour=2"})
        assert led_to(asked) == "/sign-in?to=%2F%3Ftour%3D2"
        assert asked.cookies["vigie-unsent"] == "1"


async def test_a_keycloak_that_is_away_is_told_by_its_name_and_ends_no_session(tmp_path: Path) -> None:
    async with deployed(tmp_path) as pages:
        pages.issuer.away = True
        away = await pages.http.get("/sign-in?to=%2Fduerp%3Fa%3D1")
        assert away.status_code == 503
        assert "The identity service does not respond" in away.text
        assert 'href="/sign-in?to=%2Fduerp%3Fa%3D1"' in away.text
        pages.issuer.away, pages.issuer.lifetime_s = False, 5
        query = await pages.leave("/duerp")
        pages.issuer.away = True
        back = await pages.http.get("/callback", params={"state": query["state"], "code": "c"})
        assert (back.status_code, 'href="/sign-in?to=%2Fduerp"' in back.text) == (503, True)
        pages.issuer.away, pages.issuer.claims = False, {}
        await pages.sign_in()
        pages.issuer.away = True
        assert (await pages.http.get("/")).status_code == 503, "tokens cannot be renewed now"
        pages.issuer.away = False
        assert (await pages.http.get("/")).status_code == 200, "the session is as it was"


async def test_who_signs_out_while_keycloak_is_away_is_told_that_it_goes_on_there(tmp_path: Path) -> None:
    async with deployed(tmp_path) as pages:
        await pages.sign_in()
        cookies = dict(pages.http.cookies)
    async with deployed(tmp_path) as restarted:
        restarted.http.cookies.update(cookies)
        restarted.issuer.away = True
        left = await restarted.http.post("/sign-out")
        assert (left.status_code, "your session there may go on" in left.text) == (503, True)
        restarted.issuer.away = False
        restarted.http.cookies.update(cookies)
        assert (await restarted.http.get("/")).status_code == 303


@pytest.mark.parametrize(
    ("claims", "ends"),
    [
        ({"events": LOGOUT}, True),
        ({"events": LOGOUT, "sid": "another"}, False),
        ({"events": {}}, False),
        ({"events": LOGOUT, "nonce": "n"}, False),
        ({"events": LOGOUT, "aud": "another"}, False),
    ],
)
async def test_a_session_that_keycloak_says_is_over_is_over_here(tmp_path: Path, claims: Json, ends: bool) -> None:
    async with deployed(tmp_path) as pages:
        await pages.sign_in()
        headers = {"sec-fetch-site": "cross-site"}  # Keycloak's server sends it, whatever it says of itself
        token = pages.issuer.signed(claims)
        await pages.http.post("/back-channel-logout", data={"logout_token": token}, headers=headers)
        assert (await pages.http.get("/")).status_code == (303 if ends else 200)


async def test_a_logout_token_of_somebody_else_ends_nothing(tmp_path: Path) -> None:
    async with deployed(tmp_path) as pages:
        await pages.sign_in()
        forged = pages.issuer.signed({"events": LOGOUT}, ec.generate_private_key(ec.SECP256R1()))
        for token in (forged, "", "x.y.z", json.dumps(LOGOUT)):
            refused = await pages.http.post("/back-channel-logout", data={"logout_token": token})
            assert refused.status_code in {400, 422}
        assert (await pages.http.get("/")).status_code == 200
