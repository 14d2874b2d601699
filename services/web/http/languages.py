"""The language of a page: what the person chose, else what their browser prefers."""

from starlette.requests import Request

from shared.language.catalogue import LANGUAGES, preferred

COOKIE = "vigie-language"


def language_of(request: Request) -> str:
    """Return the language that a page is shown in."""
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else preferred(request.headers.get("accept-language", ""))
