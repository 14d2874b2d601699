"""Signing in at Keycloak: authorization code with PKCE, renewal, sign-out there too, its word that a session is over.

Sources: OpenID Connect Core 1.0, RP-Initiated Logout 1.0, Back-Channel Logout 1.0; RFC 7636 (PKCE).
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta
from ssl import create_default_context
from typing import Any
from urllib.parse import urlencode

import httpx
import jwt
from pydantic import BaseModel, ConfigDict

from services.web.sessions.model import Tokens
from services.web.settings import KeycloakSettings
from shared.clock import utc_now

SIGNING_IN = timedelta(minutes=10)
"""How long somebody may take at Keycloak's page."""

_ALGORITHMS = ["ES256", "RS256", "PS256"]
_LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
_LEEWAY_S = 30
_REFUSALS = frozenset({400, 401})


class SigningIn(BaseModel):
    """What is kept of somebody who is at Keycloak's page, until they come back."""

    model_config = ConfigDict(frozen=True)

    state: str
    nonce: str
    verifier: str
    to: str


class SignInFailed(Exception):
    """Keycloak did not sign the person in, or said something that does not hold; nobody is signed in."""


class KeycloakSignIn:
    """Port: Issuer; and the rest of signing in.

    Args:
        redirect_uri: where Keycloak sends people back to; home: where after signing out.
        transport: of the HTTP client, for tests.
    """

    def __init__(
        self,
        settings: KeycloakSettings,
        *,
        redirect_uri: str,
        home: str,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._settings = settings
        self._redirect_uri = redirect_uri
        self._home = home
        self._transport = transport
        self._told: Mapping[str, Any] | None = None

    async def page(self, to: str) -> tuple[str, SigningIn]:
        """Return the address of Keycloak's page, and what is kept until the person comes back."""
        signing_in = SigningIn(
            state=secrets.token_urlsafe(24), nonce=secrets.token_urlsafe(24), verifier=secrets.token_urlsafe(48), to=to
        )
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._redirect_uri,
            "scope": "openid",
            "state": signing_in.state,
            "nonce": signing_in.nonce,
            "code_challenge": _s256(signing_in.verifier),
            "code_challenge_method": "S256",
        }
        return f"{(await self._configuration())['authorization_endpoint']}?{urlencode(query)}", signing_in

    async def complete(self, signing_in: SigningIn | None, state: str, code: str) -> tuple[str, Tokens]:
        """Return the name and the tokens of who comes back from Keycloak's page.

        Args:
            signing_in: what was kept of who left for it in this browser; None for nobody.

        Raises:
            SignInFailed: it is not the one who left, or Keycloak's word does not hold.
        """
        if signing_in is None or not secrets.compare_digest(state.encode(), signing_in.state.encode()):
            raise SignInFailed("state")
        told = await self._asked(
            grant_type="authorization_code",
            code=code,
            code_verifier=signing_in.verifier,
            redirect_uri=self._redirect_uri,
        )
        claims = await self._claims(str(told.get("id_token", "")), nonce=signing_in.nonce)
        name = str(claims.get("name") or claims.get("preferred_username") or claims["sub"])
        return name, _tokens(told, identity=str(told["id_token"]), session=claims.get("sid"))

    async def renewed(self, tokens: Tokens) -> Tokens | None:
        try:
            told = await self._asked(refresh_token=tokens.renewal, grant_type="refresh_token")
        except SignInFailed:
            return None
        return _tokens(told, identity=str(told.get("id_token") or tokens.identity), session=tokens.session)

    async def sign_out_page(self, tokens: Tokens) -> str:
        """Return the address that ends the session at Keycloak and comes back."""
        query = {"client_id": self._settings.client_id, "post_logout_redirect_uri": self._home}
        if tokens.identity:
            query["id_token_hint"] = tokens.identity
        return f"{(await self._configuration())['end_session_endpoint']}?{urlencode(query)}"

    async def ended_session(self, logout_token: str) -> str:
        """Return the session that Keycloak says is over (back-channel logout, 2.6).

        Raises:
            SignInFailed: it is no logout token of our Keycloak.
        """
        claims = await self._claims(logout_token)
        if _LOGOUT_EVENT not in claims.get("events", {}) or "nonce" in claims or not claims.get("sid"):
            raise SignInFailed("logout")
        return str(claims["sid"])

    async def _asked(self, **form: str) -> Mapping[str, Any]:
        """Return what the token endpoint gives.

        Raises:
            SignInFailed: it refuses.
            httpx.HTTPError: it does not answer, or not as it should.
        """
        endpoint, secret = (await self._configuration())["token_endpoint"], self._settings.client_secret
        proof = {"client_secret": secret.get_secret_value()} if secret else {}
        async with self._http() as http:
            response = await http.post(endpoint, data={"client_id": self._settings.client_id, **proof, **form})
        if response.status_code in _REFUSALS:
            raise SignInFailed("refused")
        told: Mapping[str, Any] = response.raise_for_status().json()
        return told

    async def _claims(self, token: str, nonce: str | None = None) -> Mapping[str, Any]:
        """Return what an ID token or logout token says, once its signature, issuer, audience and nonce hold."""
        async with self._http() as http:
            response = (await http.get((await self._configuration())["jwks_uri"])).raise_for_status()
        try:
            key_id = jwt.get_unverified_header(token).get("kid")
            keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(response.json()).keys}
            claims: Mapping[str, Any] = jwt.decode(
                token,
                keys[key_id],
                algorithms=_ALGORITHMS,
                audience=self._settings.client_id,
                issuer=self._settings.issuer,
                leeway=_LEEWAY_S,
                options={"require": ["iss", "aud", "iat"]},
            )
        except (jwt.PyJWTError, KeyError, ValueError) as error:
            raise SignInFailed("token") from error
        if nonce is not None and claims.get("nonce") != nonce:
            raise SignInFailed("nonce")
        return claims

    async def _configuration(self) -> Mapping[str, Any]:
        """Return what the issuer says of itself; asked once it answers, and kept."""
        if self._told is None:
            async with self._http() as http:
                realm = self._settings.inside_url or self._settings.issuer
                response = await http.get(f"{realm}/.well-known/openid-configuration")
            told: Mapping[str, Any] = response.raise_for_status().json()
            self._told = told
        return self._told

    def _http(self) -> httpx.AsyncClient:
        file = self._settings.ca_file
        trusted = create_default_context(cafile=file) if file else True
        return httpx.AsyncClient(
            timeout=self._settings.timeout_s, trust_env=False, verify=trusted, transport=self._transport
        )


def _s256(verifier: str) -> str:
    """Return the challenge to a verifier (RFC 7636, 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _tokens(told: Mapping[str, Any], *, identity: str, session: str | None) -> Tokens:
    return Tokens(
        access=str(told["access_token"]),
        access_expires_at=utc_now() + timedelta(seconds=int(told.get("expires_in", 60))),
        renewal=str(told.get("refresh_token", "")),
        identity=identity,
        session=session,
    )
