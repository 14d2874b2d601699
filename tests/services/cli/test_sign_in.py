"""Signing in from a terminal, against an issuer in the test's process (the real one: tests/connected)."""

import base64
import hashlib
import json
import stat
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import jwt
import pytest
from typer.testing import CliRunner

import services.cli.sign_in as commands
from services.cli import app
from services.cli.device_flow import (
    Endpoints,
    SignInError,
    Tokens,
    check_address,
    discover,
    issuer_of,
    renew,
    start,
    wait_for_tokens,
)
from services.cli.token_store import SignIn, TokenStore

GATEWAY = "https://vigie.example.org"
ISSUER = "https://login.example.org/realms/vigie"
ENDPOINTS = Endpoints(ISSUER, f"{ISSUER}/device", f"{ISSUER}/token", f"{ISSUER}/revoke")


def access(name: str = "alice", **claims: Any) -> str:
    return jwt.encode({"sub": "1", "preferred_username": name, **claims}, "x" * 32, algorithm="HS256")


class Issuer:
    """Answers a device flow: `answers` are errors to give before the tokens."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.challenge = ""
        self.refresh = "refresh-0"
        self.renewals = 0
        self.revoked: list[str] = []
        self.description: dict[str, Any] = {
            "issuer": ISSUER,
            "device_authorization_endpoint": ENDPOINTS.device,
            "token_endpoint": ENDPOINTS.token,
            "revocation_endpoint": ENDPOINTS.revocation,
        }

    def client(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        path = str(request.url)
        if path == f"{GATEWAY}/.well-known/oauth-protected-resource":
            return httpx.Response(200, json={"authorization_servers": [ISSUER]})
        if path.endswith("/.well-known/openid-configuration"):
            return httpx.Response(200, json=self.description)
        if path == ENDPOINTS.device:
            assert form["code_challenge_method"] == "S256"
            self.challenge = form["code_challenge"]
            return httpx.Response(200, json={
                "device_code": "d", "user_code": "ABCD-EFGH", "verification_uri": f"{ISSUER}/go", "expires_in": 600,
                "interval": 5,
            })  # fmt: skip
        if path == ENDPOINTS.revocation:
            self.revoked.append(form["token"])
            return httpx.Response(200)
        assert path == ENDPOINTS.token
        return self._renewed(form) if form["grant_type"] == "refresh_token" else self._polled(form)

    def _polled(self, form: dict[str, str]) -> httpx.Response:
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.challenge
        if self.answers:
            answer = self.answers.pop(0)
            if answer == "silence":
                raise httpx.ReadTimeout("silence")
            return httpx.Response(400, json={"error": answer})
        return self._tokens()

    def _renewed(self, form: dict[str, str]) -> httpx.Response:
        if form["refresh_token"] != self.refresh:
            return httpx.Response(400, json={"error": "invalid_grant"})
        self.renewals += 1
        self.refresh = f"refresh-{self.renewals}"
        return self._tokens()

    def _tokens(self) -> httpx.Response:
        token = access(groups=["/units/UMR5219"], realm_access={"roles": ["reader"]})
        return httpx.Response(200, json={"access_token": token, "refresh_token": self.refresh, "expires_in": 300})


async def poll(issuer: Issuer) -> tuple[Tokens, list[float]]:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    with issuer.client() as http:
        return await wait_for_tokens(http, ENDPOINTS, start(http, ENDPOINTS), sleep=sleep), pauses


async def test_the_command_asks_at_the_pace_of_the_issuer() -> None:
    pending = "authorization_pending"
    tokens, pauses = await poll(Issuer(pending, "slow_down", pending, "slow_down", "silence", pending))
    assert pauses == [5, 5, 10, 10, 15, 30, 30]
    assert tokens.refresh == "refresh-0"
    assert 290 < tokens.ends_at - time.time() <= 300


@pytest.mark.parametrize(
    ("answer", "reason"),
    [("access_denied", "denied"), ("expired_token", "code-ended"), ("invalid_client", "refused")],
)
async def test_a_no_is_told(answer: str, reason: str) -> None:
    with pytest.raises(SignInError) as error:
        await poll(Issuer(answer))
    assert error.value.reason == reason


@pytest.mark.parametrize(
    ("address", "reason"),
    [("http://vigie.example.org", "in-the-clear"), ("vigie.example.org", "address"), ("ftp://x", "address")],
)
def test_tokens_do_not_travel_in_the_clear(address: str, reason: str) -> None:
    with pytest.raises(SignInError) as error:
        check_address(address)
    assert error.value.reason == reason
    assert check_address("http://127.0.0.1:8080/") == "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"issuer": "https://evil.example/realms/vigie"}, "not-an-issuer"),
        ({"device_authorization_endpoint": None}, "no-device-flow"),
        ({"token_endpoint": "http://login.example.org/token"}, "in-the-clear"),
    ],
)
def test_a_description_that_does_not_fit_is_refused(change: dict[str, Any], reason: str) -> None:
    issuer = Issuer()
    issuer.description |= change
    with issuer.client() as http:
        assert issuer_of(http, GATEWAY) == ISSUER
        with pytest.raises(SignInError) as error:
            discover(http, ISSUER)
    assert error.value.reason == reason


def test_what_is_kept_is_for_its_owner_alone(tmp_path: Path) -> None:
    kept = TokenStore(tmp_path / "state")
    kept.put(GATEWAY, SignIn(ENDPOINTS, Tokens(access(), "r", time.time() + 300)))
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    for file in (tmp_path / "state").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert kept.get(GATEWAY).claims()["preferred_username"] == "alice"
    kept.forget(GATEWAY)
    with pytest.raises(SignInError):
        kept.get(GATEWAY)


async def test_a_token_is_renewed_when_it_is_used_near_its_end(tmp_path: Path) -> None:
    issuer = Issuer()
    kept = TokenStore(tmp_path, connect=issuer.client)
    kept.put(GATEWAY, SignIn(ENDPOINTS, Tokens("young", "refresh-0", time.time() + 300)))
    assert await kept.token(GATEWAY) == "young"
    kept.put(GATEWAY, SignIn(ENDPOINTS, Tokens("old", "refresh-0", time.time() + 10)))
    assert jwt.decode(await kept.token(GATEWAY), options={"verify_signature": False})["sub"] == "1"
    assert kept.get(GATEWAY).tokens.refresh == "refresh-1"


def test_many_commands_at_once_renew_once(tmp_path: Path) -> None:
    """A refresh token is good once: a second use would end the session."""
    issuer = Issuer()
    TokenStore(tmp_path).put(GATEWAY, SignIn(ENDPOINTS, Tokens("old", "refresh-0", 0)))
    with ThreadPoolExecutor(8) as threads:
        tokens = set(threads.map(lambda _: TokenStore(tmp_path, connect=issuer.client)._token(GATEWAY), range(8)))
    assert (len(tokens), issuer.renewals) == (1, 1)


def test_a_session_that_has_ended_is_forgotten_an_issuer_that_is_down_is_not(tmp_path: Path) -> None:
    issuer = Issuer()
    kept = TokenStore(tmp_path, connect=issuer.client)
    kept.put(GATEWAY, SignIn(ENDPOINTS, Tokens("old", "used before", 0)))
    with pytest.raises(SignInError) as error:
        kept._token(GATEWAY)
    assert error.value.reason == "session-ended"
    with pytest.raises(SignInError) as error:
        kept._token(GATEWAY)
    assert error.value.reason == "signed-out"
    with (
        httpx.Client(transport=httpx.MockTransport(lambda _request: httpx.Response(503))) as http,
        pytest.raises(SignInError) as error,
    ):
        renew(http, ENDPOINTS, Tokens("old", "r", 0))
    assert error.value.reason == "issuer-down"


@pytest.fixture
def vigie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(app, list(arguments), env={"VIGIE_LANG": "en", "VIGIE_URL": GATEWAY})

    return run


def test_login_whoami_and_logout(vigie: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    issuer = Issuer()

    async def at_once(*arguments: Any) -> Tokens:
        async def sleep(_seconds: float) -> None:
            return

        return await wait_for_tokens(*arguments, sleep=sleep)

    monkeypatch.setattr(commands, "http_client", issuer.client)
    monkeypatch.setattr(commands, "wait_for_tokens", at_once)
    signed_in = vigie("login")
    assert signed_in.exit_code == 0, signed_in.output
    assert f"{ISSUER}/go" in signed_in.output
    assert "ABCD-EFGH" in signed_in.output
    assert "alice" in signed_in.output
    assert json.loads(vigie("whoami", "--json").output) == {
        "name": "alice", "url": GATEWAY, "issuer": ISSUER, "groups": ["/units/UMR5219"], "roles": ["reader"],
    }  # fmt: skip
    assert "/units/UMR5219" in vigie("whoami").output
    assert vigie("logout").exit_code == 0
    assert issuer.revoked == ["refresh-0"]
    again = vigie("whoami")
    assert again.exit_code == 1
    assert "vigie login" in again.output


def test_what_a_person_can_mend_is_one_line(vigie: Callable[..., Any]) -> None:
    for arguments, word in (
        (("ask", "Quels gants ?"), "vigie login"),
        (("status", "--url", "http://vigie.example.org"), "https"),
        (("ask", "Quels gants ?", "--as", "alice"), "--as"),
        (("logout",), "not signed in"),
    ):
        result = vigie(*arguments)
        assert result.exit_code == 1, result.output
        assert word in result.output
