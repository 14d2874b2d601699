"""Signing in and out at the institute's Keycloak."""

from typing import Annotated
from urllib.parse import urlencode

import httpx
from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from services.web.http.parts import provided
from services.web.http.rendering import Pages, Templates, page_address
from services.web.sessions.sealing import new_cookie
from services.web.sessions.service import Sessions
from services.web.sessions.vault import Vault
from services.web.sign_in.cookies import HOME, Cookies, signed_in
from services.web.sign_in.keycloak import SIGNING_IN, KeycloakSignIn, SignInFailed, SigningIn
from services.web.sign_in.leading import leading_page
from shared.clock import utc_now

router = APIRouter()

AllSessions = Annotated[Sessions, Depends(provided(Sessions))]
AllCookies = Annotated[Cookies, Depends(provided(Cookies))]
Kept = Annotated[Vault, Depends(provided(Vault))]
Keycloak = Annotated[KeycloakSignIn, Depends(provided(KeycloakSignIn))]

_SEE_OTHER = 303
_FORBIDDEN = 403
_BAD_REQUEST = 400
_UNAVAILABLE = 503
CALLBACK = "/callback"
BACK_CHANNEL = "/back-channel-logout"


@router.get("/sign-in")
async def sign_in(
    request: Request,
    pages: Pages,
    cookies: AllCookies,
    vault: Kept,
    keycloak: Keycloak,
    to: Annotated[str, Query(max_length=2000)] = HOME,
) -> Response:
    """Go to Keycloak's page; what is kept until the person comes back has a cookie of its own."""
    try:
        address, signing_in = await keycloak.page(to)
    except httpx.HTTPError:
        return _away(pages, request, page_address(request), "away")
    cookie = new_cookie()
    await vault.keep(cookie, signing_in, utc_now() + SIGNING_IN)
    response = RedirectResponse(address, _SEE_OTHER)
    cookies.put(response, cookies.signing_in, cookie)
    return response


@router.get(CALLBACK)
async def callback(
    request: Request,
    pages: Pages,
    sessions: AllSessions,
    cookies: AllCookies,
    vault: Kept,
    keycloak: Keycloak,
    state: Annotated[str, Query(max_length=500)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
) -> Response:
    """Come back from Keycloak's page, once, in the browser that left for it."""
    cookie = request.cookies.get(cookies.signing_in)
    signing_in = await vault.open(cookie, SigningIn)
    await vault.drop(cookie)
    try:
        person, tokens = await keycloak.complete(signing_in, state, code)
    except SignInFailed:
        return pages.page(request, "sign_in/failed.html", status=_FORBIDDEN)
    except httpx.HTTPError:  # the code was used up: a new one is asked for
        return _away(pages, request, f"/sign-in?{urlencode({'to': signing_in.to if signing_in else HOME})}", "away")
    to = signing_in.to if signing_in else HOME
    response = await signed_in(request, sessions, cookies, person, tokens, to)
    cookies.take(response, cookies.signing_in)
    return response


@router.post("/sign-out")
async def sign_out(
    request: Request, pages: Pages, sessions: AllSessions, cookies: AllCookies, keycloak: Keycloak
) -> Response:
    """End the session here, then at Keycloak; where that cannot be reached, the person is told."""
    cookie = request.cookies.get(cookies.session)
    session = await sessions.find(cookie)
    await sessions.end(cookie)
    try:
        address = await keycloak.sign_out_page(session.tokens) if session else HOME
        response = leading_page(pages, request, address, "leaving")
    except httpx.HTTPError:
        response = _away(pages, request, HOME, "left")
    cookies.take(response, cookies.session)
    return response


@router.post(BACK_CHANNEL)
async def back_channel_logout(
    sessions: AllSessions, keycloak: Keycloak, logout_token: Annotated[str, Form(max_length=20_000)]
) -> Response:
    """End what stands on a session that is over at Keycloak, which says so itself."""
    try:
        session = await keycloak.ended_session(logout_token)
    except SignInFailed:
        return Response(status_code=_BAD_REQUEST)
    await sessions.end_of_issuer(session)
    return Response(status_code=200)


def _away(pages: Templates, request: Request, address: str, why: str) -> Response:
    return pages.page(request, "sign_in/away.html", status=_UNAVAILABLE, address=address, why=why)
