"""Signing in from a terminal: the device flow with PKCE, renewal and revocation.

Source: RFC 8628 (device flow), RFC 7636 (PKCE), RFC 7009 (revocation), RFC 9700 (tokens travel over TLS alone).
"""

import asyncio
import base64
import hashlib
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

CLIENT = "vigie-cli"
_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_TIMEOUT_S = 15
_INTERVAL_S = 5.0
_SLOW_DOWN_S = 5.0
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}

Json = dict[str, Any]
Sleep = Callable[[float], Awaitable[None]]


class SignInError(Exception):
    """Signing in failed; `sign-in.<reason>` of the catalogues says why, and what to do."""

    def __init__(self, reason: str, **params: str) -> None:
        self.reason = reason
        self.params = params
        super().__init__(reason, params)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The endpoints of an issuer; `revocation` is optional."""

    issuer: str
    device: str
    token: str
    revocation: str | None


@dataclass(frozen=True, slots=True)
class Device:
    """A device authorisation: address and code to show to the person, and the secrets that are exchanged for tokens."""

    address: str
    code: str
    whole_address: str | None
    secret: str
    verifier: str
    interval_s: float
    ends_at: float


@dataclass(frozen=True, slots=True)
class Tokens:
    """An access token, what renews it, and when it ends (seconds since the epoch, by this machine's clock)."""

    access: str
    refresh: str | None
    ends_at: float


def check_address(address: str) -> str:
    """The address without a slash at its end.

    Raises:
        SignInError: `address` is no HTTP address, or tokens would travel to another machine unencrypted.
    """
    parts = urlsplit(address)
    if not parts.hostname or parts.scheme not in {"http", "https"}:
        raise SignInError("address", address=address)
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise SignInError("in-the-clear", address=address)
    return address.rstrip("/")


def http_client() -> httpx.Client:
    return httpx.Client(timeout=_TIMEOUT_S)


def issuer_of(http: httpx.Client, gateway: str) -> str:
    """The issuer whose tokens a gateway accepts, by its metadata (RFC 9728).

    Raises:
        SignInError: the gateway names no issuer: it has a local one, or is no Vigie.
    """
    answer = http.get(f"{gateway}/.well-known/oauth-protected-resource")
    try:
        issuers = answer.json()["authorization_servers"] if answer.is_success else []
    except (ValueError, KeyError, TypeError):
        issuers = []
    if not issuers:
        raise SignInError("no-issuer", address=gateway)
    return check_address(str(issuers[0]))


def discover(http: httpx.Client, issuer: str) -> Endpoints:
    """The endpoints of an issuer, from its own description.

    Raises:
        SignInError: the issuer has no description, describes another issuer, or has no device flow.
    """
    issuer = check_address(issuer)
    answer = http.get(f"{issuer}/.well-known/openid-configuration")
    try:
        found = answer.json() if answer.is_success else {}
    except ValueError:
        found = {}
    if not isinstance(found, dict) or found.get("issuer") != issuer:
        raise SignInError("not-an-issuer", address=issuer)
    device, token = found.get("device_authorization_endpoint"), found.get("token_endpoint")
    if not device or not token:
        raise SignInError("no-device-flow", address=issuer)
    revocation = found.get("revocation_endpoint")
    return Endpoints(issuer, check_address(device), check_address(token), revocation and check_address(revocation))


def start(http: httpx.Client, endpoints: Endpoints) -> Device:
    """Ask for a code that a person types into a page of the issuer."""
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    answer = http.post(
        endpoints.device,
        data={"client_id": CLIENT, "scope": "openid", "code_challenge": challenge, "code_challenge_method": "S256"},
    )
    body = _body(answer)
    if not answer.is_success:
        raise SignInError("refused", detail=_detail(body))
    return Device(
        address=str(body["verification_uri"]),
        code=str(body["user_code"]),
        whole_address=body.get("verification_uri_complete"),
        secret=str(body["device_code"]),
        verifier=verifier,
        interval_s=float(body.get("interval", _INTERVAL_S)),
        ends_at=time.time() + float(body["expires_in"]),
    )


async def wait_for_tokens(
    http: httpx.Client, endpoints: Endpoints, device: Device, *, sleep: Sleep = asyncio.sleep
) -> Tokens:
    """Poll the issuer, at the interval that it names, until the person has consented; returns the tokens.

    Raises:
        SignInError: the person refused, or the code expired.
    """
    form = {
        "grant_type": _GRANT,
        "client_id": CLIENT,
        "device_code": device.secret,
        "code_verifier": device.verifier,
    }
    interval = device.interval_s
    while time.time() < device.ends_at:
        await sleep(interval)
        try:
            answer = await asyncio.to_thread(http.post, endpoints.token, data=form)
        except httpx.TransportError:
            interval *= 2  # RFC 8628, 3.5: a server that is not heard is asked less often
            continue
        if answer.is_success:
            return _tokens(_body(answer))
        error = str(_body(answer).get("error", ""))
        if error == "slow_down":
            interval += _SLOW_DOWN_S
        elif error == "access_denied":
            raise SignInError("denied")
        elif error == "expired_token":
            break
        elif error != "authorization_pending":
            raise SignInError("refused", detail=_detail(_body(answer)))
    raise SignInError("code-ended")


def renew(http: httpx.Client, endpoints: Endpoints, tokens: Tokens) -> Tokens:
    """Exchange a refresh token for new tokens.

    Raises:
        SignInError: the session has ended, or the issuer is down.
    """
    if tokens.refresh is None:
        raise SignInError("session-ended")
    form = {"grant_type": "refresh_token", "client_id": CLIENT, "refresh_token": tokens.refresh}
    answer = http.post(endpoints.token, data=form)
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise SignInError("issuer-down")
    if not answer.is_success:
        raise SignInError("session-ended")
    return _tokens(_body(answer))


def revoke(http: httpx.Client, endpoints: Endpoints, tokens: Tokens) -> bool:
    """End the session at the issuer; whether the issuer confirmed it."""
    if endpoints.revocation is None or tokens.refresh is None:
        return False
    form = {"client_id": CLIENT, "token": tokens.refresh, "token_type_hint": "refresh_token"}
    return http.post(endpoints.revocation, data=form).is_success


def _tokens(body: Json) -> Tokens:
    lifetime = float(body.get("expires_in", 0))
    return Tokens(str(body["access_token"]), body.get("refresh_token"), time.time() + lifetime)


def _body(answer: httpx.Response) -> Json:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _detail(body: Json) -> str:
    return str(body.get("error_description") or body.get("error") or "?")
