"""Leading a person to sign in, and on from a form to another origin.

A browser may hold every redirect that follows a form against `form-action`, as Chromium does. Keycloak is another
origin, and whom it leads people on to is known to it alone. So a form is answered with a page of ours that leads on by
itself: the policy stays at 'self' (ADR 65).
Source: Content Security Policy Level 3, 6.4.1 (form-action), and its open issue on redirects.
"""

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from services.web.http.rendering import READING, Templates, page_address, sender_address
from services.web.sign_in.cookies import HOME, own_address

_SEE_OTHER = 303
_NO_CONTENT = 204
_UNSENT = "vigie-unsent"
_UNSENT_S = 3600


def to_sign_in(pages: Templates, request: Request) -> Response:
    """Return what leads to signing in and back to the page that was asked for, or that a form or a part of it is on.

    What was typed there waits in the browser. The whole page moves where htmx asks, which would show the answer in
    place of a part.
    """
    is_part, reads = "hx-request" in request.headers, request.method in READING
    to = own_address(page_address(request) if reads and not is_part else sender_address(request))
    address = "/sign-in" if to == HOME else f"/sign-in?to={quote(to, safe='')}"
    response: Response
    if is_part:
        response = Response(status_code=_NO_CONTENT, headers={"hx-redirect": address})
    elif reads:
        return RedirectResponse(address, _SEE_OTHER)
    else:
        response = leading_page(pages, request, address, "over")
    response.set_cookie(_UNSENT, "1", max_age=_UNSENT_S, samesite="lax")  # for drafts.js: nothing has arrived
    return response


def leading_page(pages: Templates, request: Request, address: str, why: str) -> Response:
    """Return the page that leads on to an address by itself; `why`: what it says meanwhile, of the catalogue."""
    return pages.page(request, "sign_in/leading.html", address=address, why=why)
