"""The end of the tour."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from services.web.ask.tour import TOUR_SEEN
from services.web.sign_in.cookies import HOME

router = APIRouter()

_SEE_OTHER = 303
_A_YEAR_S = 365 * 24 * 3600


@router.post("/tour")
async def end_tour() -> Response:
    """Remember in this browser that somebody has seen the tour, or does not want to."""
    response = RedirectResponse(HOME, _SEE_OTHER)
    response.set_cookie(TOUR_SEEN, "1", max_age=_A_YEAR_S, httponly=True, samesite="lax")
    return response
