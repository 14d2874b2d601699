"""Pages for everybody, signed in or not: how Vigie answers, how far the pages are accessible; the language."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.web.http.languages import COOKIE
from services.web.http.rendering import Pages
from services.web.sign_in.cookies import HOME, own_address
from services.web.sign_in.visitors import AllVisitors
from shared.language.catalogue import LANGUAGES

LANGUAGE = "/language"

router = APIRouter()

_SEE_OTHER = 303
_A_YEAR_S = 365 * 24 * 3600


@router.get("/about")
async def about(request: Request, pages: Pages, visitors: AllVisitors) -> HTMLResponse:
    """How Vigie answers: quotes, models, abstention, whose data is where."""
    request.state.person = await visitors.person(request)
    return pages.page(request, "about/answers.html")


@router.get("/accessibility")
async def accessibility(request: Request, pages: Pages, visitors: AllVisitors) -> HTMLResponse:
    """What is known of the pages' accessibility, and whom to tell of a barrier."""
    request.state.person = await visitors.person(request)
    return pages.page(request, "about/accessibility.html")


@router.post(LANGUAGE)
async def choose_language(
    language: Annotated[str, Form(max_length=10)], to: Annotated[str, Form(max_length=2_000)] = HOME
) -> Response:
    """Remember the language of one's pages in this browser, and go back to where one was."""
    response = RedirectResponse(own_address(to), _SEE_OTHER)
    if language in LANGUAGES:
        response.set_cookie(COOKIE, language, max_age=_A_YEAR_S, httponly=True, samesite="lax")
    return response
