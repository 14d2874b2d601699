"""A realm of a test's own on the Keycloak that VIGIE_TEST_KEYCLOAK names, and people who sign in to it.

`keycloak_realm()` imports deploy/keycloak/ under a name of its own and removes it at the end. Its admin is the
bootstrap one (admin/admin, or VIGIE_TEST_KEYCLOAK_ADMIN as user:password).
"""

import base64
import hashlib
import html
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx

from deploy.keycloak.with_test_users import merged_realm

BASE = os.environ.get("VIGIE_TEST_KEYCLOAK", "").rstrip("/")
REASON = "Keycloak was not tested: VIGIE_TEST_KEYCLOAK names none"
WEB = "http://127.0.0.1:8090"
PLAY_SAFE_S = 120

Json = dict[str, Any]


class Realm:
    """One realm as its admin, and as a browser that signs people in, sees it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.issuer = f"{BASE}/realms/{name}"
        self.jwks_url = f"{self.issuer}/protocol/openid-connect/certs"
        self._pages = WEB
        self._http = httpx.Client(base_url=BASE, timeout=PLAY_SAFE_S, trust_env=False)

    def environment(self) -> dict[str, str]:
        """What a gateway of processes needs to believe this realm, and the pages to sign people in at it."""
        return {
            "VIGIE_GATEWAY_ISSUER": self.issuer,
            "VIGIE_GATEWAY_JWKS_URL": self.jwks_url,
            "VIGIE_WEB_KEYCLOAK_ISSUER": self.issuer,
            "VIGIE_GATEWAY_CLIENTS": '["vigie-web", "vigie-cli", "vigie-consumer"]',
        }

    # --- people and programs -----------------------------------------------------------------------------------------

    def sign_in(self, user: str, client: str = "vigie-web", **changes: str) -> Json:
        """The tokens of a person who fills in the login form: authorization code with PKCE."""
        verifier = secrets.token_urlsafe(48)
        redirect = f"{self._pages}/callback"
        page = self.authorization_page(
            client_id=client, redirect_uri=redirect, code_challenge=s256(verifier), **changes
        )
        with self._browser() as browser:
            answer = self._log_in(browser, browser.get(page), user)
        code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
        return self.token(
            grant_type="authorization_code", client_id=client, redirect_uri=redirect, code=code, code_verifier=verifier
        )

    def fill_in(self, page: str, user: str) -> str:
        """Open Keycloak's page as a browser and log in; the address that it sends the person back to."""
        with self._browser() as browser:
            return str(self._log_in(browser, browser.get(page), user).headers["location"])

    def claims(self, token: str) -> Json:
        """What a token says; its signature is the gateway's to check."""
        payload = token.split(".")[1]
        claims: Json = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return claims

    def authorization_page(self, **parameters: str) -> str:
        query = {"response_type": "code", "scope": "openid", "code_challenge_method": "S256", "state": "s"} | parameters
        return str(httpx.URL(f"{self.issuer}/protocol/openid-connect/auth", params=query))

    def device_sign_in(self, user: str) -> Json:
        """The tokens of the command after a person has said yes in the browser."""
        verifier = secrets.token_urlsafe(48)
        device = self.post(
            "auth/device",
            client_id="vigie-cli",
            scope="openid",
            code_challenge=s256(verifier),
            code_challenge_method="S256",
        ).json()
        self.approve(device["verification_uri_complete"], user)
        return self.token(
            grant_type="urn:ietf:params:oauth:grant-type:device_code",
            client_id="vigie-cli",
            device_code=device["device_code"],
            code_verifier=verifier,
        )

    def approve(self, verification_uri: str, user: str) -> None:
        """What a person does who follows the address of a device sign-in: log in, say yes."""
        with self._browser() as browser:
            page = browser.get(verification_uri, follow_redirects=True)
            answer = self._log_in(browser, page, user)
            while answer.has_redirect_location:
                answer = browser.get(answer.headers["location"])
            if "accept" in answer.text:
                fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
                answer = browser.post(_action(answer), data=fields | {"accept": "Yes"}, follow_redirects=True)
            answer.raise_for_status()

    def client_credentials(self, client: str = "vigie-consumer") -> Json:
        return self.token(grant_type="client_credentials", client_id=client, client_secret=self.client_secret(client))

    def token(self, **form: str) -> Json:
        answer = self.post("token", **form)
        assert answer.is_success, answer.text
        tokens: Json = answer.json()
        return tokens

    def post(self, endpoint: str, **form: str) -> httpx.Response:
        return self._http.post(f"{self.issuer}/protocol/openid-connect/{endpoint}", data=form)

    # --- the admin ---------------------------------------------------------------------------------------------------

    def create(self, **changes: Any) -> None:
        answer = self._http.post("/admin/realms", json=merged_realm(self.name, WEB) | changes, headers=self._admin())
        assert answer.status_code == httpx.codes.CREATED, answer.text

    def remove(self) -> None:
        self._http.delete(f"/admin/realms/{self.name}", headers=self._admin())
        self._http.close()

    def admin(self, method: str, path: str, **request: Any) -> httpx.Response:
        answer = self._http.request(method, f"/admin/realms/{self.name}{path}", headers=self._admin(), **request)
        assert answer.is_success, answer.text
        return answer

    def move_pages(self, address: str) -> None:
        """Have Keycloak know the pages under another address."""
        [client] = self.admin("GET", "/clients", params={"clientId": "vigie-web"}).json()
        attributes = client["attributes"] | {
            "post.logout.redirect.uris": f"{address}/",
            "backchannel.logout.url": f"{address}/back-channel-logout",
        }
        moved = client | {"redirectUris": [f"{address}/callback"], "rootUrl": address, "attributes": attributes}
        self.admin("PUT", f"/clients/{client['id']}", json=moved)
        self._pages = address

    def end_session(self, session: str) -> None:
        """End a session, as an admin does."""
        self.admin("DELETE", f"/sessions/{session}")

    def client_secret(self, client: str) -> str:
        [found] = self.admin("GET", "/clients", params={"clientId": client}).json()
        return str(self.admin("GET", f"/clients/{found['id']}/client-secret").json()["value"])

    def leave(self, user: str, path: str) -> None:
        """Take a person out of a group."""
        group = self.admin("GET", f"/group-by-path{path}").json()["id"]
        self.admin("DELETE", f"/users/{self.user_id(user)}/groups/{group}")

    def join(self, user: str, path: str) -> None:
        """Put a person, or a program's service account, into a group."""
        group = self.admin("GET", f"/group-by-path{path}").json()["id"]
        self.admin("PUT", f"/users/{self.user_id(user)}/groups/{group}")

    def add(self, user: str, groups: list[str], roles: list[str]) -> None:
        """One more person, with a password as those of users-test.json have."""
        for path in groups:
            self._make_group(path)
        person = {
            "username": user, "firstName": user, "lastName": "Essai", "email": f"{user}@example.org",
            "emailVerified": True, "enabled": True, "groups": groups, "realmRoles": roles,
            "credentials": [{"type": "password", "value": _password(user), "temporary": False}],
        }  # fmt: skip
        self.admin("POST", "/partialImport", json={"ifResourceExists": "FAIL", "users": [person]})

    def _make_group(self, path: str) -> None:
        parent, _, name = path.rpartition("/")
        above = self.admin("GET", f"/group-by-path{parent}").json()["id"]
        there = self.admin("GET", f"/groups/{above}/children", params={"search": name, "exact": "true"}).json()
        if name not in {group["name"] for group in there}:
            self.admin("POST", f"/groups/{above}/children", json={"name": name})

    def user_id(self, user: str) -> str:
        [found] = self.admin("GET", "/users", params={"username": user, "exact": "true"}).json()
        return str(found["id"])

    def rotate(self) -> None:
        """A new key of the same kind, which signs from now on; the old ones stay in the set."""
        realm = self.admin("GET", "").json()["id"]
        config = {"priority": ["200"], "ecdsaEllipticCurveKey": ["P-256"]}
        kind = "org.keycloak.keys.KeyProvider"
        self.admin("POST", "/components", json={
            "name": f"es256-{uuid4().hex[:6]}", "providerId": "ecdsa-generated", "providerType": kind,
            "parentId": realm, "config": config,
        })  # fmt: skip

    def _admin(self) -> dict[str, str]:
        user, _, password = os.environ.get("VIGIE_TEST_KEYCLOAK_ADMIN", "admin:admin").partition(":")
        form = {"grant_type": "password", "client_id": "admin-cli", "username": user, "password": password}
        answer = self._http.post("/realms/master/protocol/openid-connect/token", data=form).raise_for_status()
        return {"authorization": f"Bearer {answer.json()['access_token']}"}

    # --- the browser -------------------------------------------------------------------------------------------------

    def _browser(self) -> httpx.Client:
        """One that, as real ones do, takes this machine for a secure place: Keycloak's cookies ask for that."""
        browser = httpx.Client(base_url=BASE, timeout=PLAY_SAFE_S, trust_env=False)

        def trust(_response: httpx.Response) -> None:
            for cookie in browser.cookies.jar:
                cookie.secure = False

        browser.event_hooks = {"response": [trust]}
        return browser

    def _log_in(self, browser: httpx.Client, page: httpx.Response, user: str) -> httpx.Response:
        form = {"username": user, "password": _password(user), "credentialId": ""}
        answer = browser.post(_action(page), data=form)
        assert answer.has_redirect_location, answer.text
        return answer


def _action(page: httpx.Response) -> str:
    found = re.search(r'<form[^>]*action="([^"]+)"', page.text)
    assert found, page.text
    return str(page.url.join(html.unescape(found[1])))


def _password(user: str) -> str:
    return f"essai-{user}-2026"


def s256(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@contextmanager
def keycloak_realm(**changes: Any) -> Iterator[Realm]:
    """A realm with the people of users-test.json; `changes` to its other fields."""
    realm = Realm(f"vigie-test-{uuid4().hex[:8]}")
    realm.create(**changes)
    try:
        yield realm
    finally:
        realm.remove()
