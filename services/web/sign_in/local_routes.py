"""Signing in and out on one's own machine, and being one of its people."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.web.http.parts import provided
from services.web.http.rendering import Pages
from services.web.sessions.service import Sessions
from services.web.sign_in.cookies import HOME, Cookies, signed_in
from services.web.sign_in.local import LocalSignIn
from services.web.sign_in.visitors import AllVisitors

router = APIRouter()

AllSessions = Annotated[Sessions, Depends(provided(Sessions))]
AllCookies = Annotated[Cookies, Depends(provided(Cookies))]
Local = Annotated[LocalSignIn, Depends(provided(LocalSignIn))]

_SEE_OTHER = 303
_FORBIDDEN = 403


@router.get("/sign-in")
async def sign_in(
    request: Request,
    pages: Pages,
    sessions: AllSessions,
    cookies: AllCookies,
    local: Local,
    code: Annotated[str, Query(max_length=200)] = "",
    name: Annotated[str, Query(max_length=200)] = "",
    to: Annotated[str, Query(max_length=2000)] = HOME,
) -> Response:
    """Sign in with the code of a link, as who it names (who owns the machine can be anyone of it); else say how."""
    person = local.person_by(code, name) if code else None
    if person is None:
        return pages.page(request, "sign_in/page.html", status=_FORBIDDEN if code else 200, wrong=bool(code), to=to)
    return await signed_in(request, sessions, cookies, person.renewal, person, to)


@router.post("/sign-out")
async def sign_out(request: Request, sessions: AllSessions, cookies: AllCookies) -> Response:
    """End the session."""
    await sessions.end(request.cookies.get(cookies.session))
    response = RedirectResponse("/sign-in", _SEE_OTHER)
    cookies.take(response, cookies.session)
    return response


@router.get("/people")
async def people(request: Request, pages: Pages, visitors: AllVisitors, local: Local) -> HTMLResponse:
    """Choose among the people of this machine, to see what each of them sees."""
    async with visitors.visit(request):
        return pages.page(request, "sign_in/people.html", names=local.names())


@router.post("/people")
async def become(
    request: Request,
    sessions: AllSessions,
    visitors: AllVisitors,
    cookies: AllCookies,
    local: Local,
    name: Annotated[str, Form(max_length=200)],
) -> Response:
    """Be another person of this machine: who owns it can be anyone of it."""
    async with visitors.visit(request):
        tokens = local.tokens(name)
    if tokens is None:
        return RedirectResponse("/people", _SEE_OTHER)
    return await signed_in(request, sessions, cookies, name, tokens, HOME)
