"""The cookie of a session: for this host, for requests of our own pages, and for no script."""

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from services.web.sessions.model import Tokens
from services.web.sessions.service import Sessions

HOME = "/"
_SEE_OTHER = 303


class Cookies:
    """Names and attributes of the cookies.

    Args:
        secure: whether browsers send them over https alone.
    """

    def __init__(self, *, secure: bool) -> None:
        self._secure = secure
        self.session = self._named("session")
        self.signing_in = self._named("signing-in")

    def _named(self, what: str) -> str:
        return f"__Host-vigie-{what}" if self._secure else f"vigie-{what}"

    def put(self, response: Response, name: str, value: str) -> None:
        """Give a browser a cookie, until it is closed."""
        response.set_cookie(name, value, path="/", secure=self._secure, httponly=True, samesite="lax")

    def take(self, response: Response, name: str) -> None:
        """Take a cookie away."""
        response.delete_cookie(name, path="/", secure=self._secure, httponly=True, samesite="lax")


async def signed_in(
    request: Request, sessions: Sessions, cookies: Cookies, person: str, tokens: Tokens, to: str
) -> Response:
    """Begin a session in the place of the one that there is, and go on."""
    await sessions.end(request.cookies.get(cookies.session))
    response = RedirectResponse(own_address(to), _SEE_OTHER)
    cookies.put(response, cookies.session, await sessions.begin(person, tokens))
    return response


def own_address(to: str) -> str:
    """Return where to go on: an address of these pages, home for any other."""
    is_own = to.startswith("/") and not to.startswith("//") and "\\" not in to and to.isprintable()
    return to if is_own else HOME
