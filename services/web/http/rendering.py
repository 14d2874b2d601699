"""Templates: every word of them comes from the catalogues, every value is escaped."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote
from uuid import uuid4

from fastapi import Depends, Form
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.web.http.assets import Assets
from services.web.http.languages import language_of
from services.web.http.parts import provided
from shared.clock import utc_now
from shared.language.amounts import amount, number
from shared.language.catalogue import LANGUAGES, Catalogue

_FOLDER = Path(__file__).parent.parent / "templates"
READING = frozenset({"GET", "HEAD"})
"""Methods that change nothing."""
_CALLED_BY_NUMBER = frozenset({"number", "page", "row", "version", "year"})
_LONGEST_ADDRESS = 2_000
"""Characters of a way back, as signing in and choosing a language take it."""
_DAY = {"fr": "%d/%m/%Y", "en": "%d %b %Y", "de": "%d.%m.%Y"}


class Templates:
    """The templates of the service, with what every page shows.

    Args:
        local: whether the pages are for the people of one machine.
        advisor_email, contact_email: whom to ask where Vigie has no answer, and about the pages.
    """

    def __init__(self, assets: Assets, *, local: bool, advisor_email: str = "", contact_email: str = "") -> None:
        self._catalogue = Catalogue()
        self._environment = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,  # else each row that is included asks the disk whether its template has changed
        )
        self._environment.globals |= {
            "asset": assets.url,
            "languages": LANGUAGES,
            "local": local,
            "advisor_email": advisor_email,
            "contact_email": contact_email,
            "new_key": _new_key,
        }

    def page(self, request: Request, name: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """Return a page, or a fragment of one, in the language of the request."""
        return HTMLResponse(self.text(request, name, **values), status)

    def text(self, request: Request, name: str, **values: Any) -> str:
        """Return what a template says, in the language of the request."""
        language = language_of(request)
        shown = {
            "t": self.translator(language),
            "say": self.words(language),
            "amount": partial(amount, language=language),
            "number": partial(number, language=language),
            "day": partial(shown_day, language),
            "language": language,
            "path": page_path(request),
            "here": page_address(request),
            "today": utc_now().astimezone().date(),
            "person": getattr(request.state, "person", None),
            "administers": getattr(request.state, "administers", False),
        }
        return self._environment.get_template(name).render(**shown, **values)

    def words(self, language: str) -> Callable[..., str]:
        """Return what looks up any text of the catalogue by its whole key."""
        return partial(self._catalogue.text, language)

    def translator(self, language: str) -> Callable[..., str]:
        """Return what looks up the texts of the pages: `t("ask.title")` is `web.ask.title` of the catalogue."""

        def translated(key: str, **params: str | float) -> str:
            shown = {name: _shown(name, value, language) for name, value in params.items()}
            return self._catalogue.text(language, f"web.{key}", **shown)

        return translated


def page_path(request: Request) -> str:
    """Return the path of the page that is shown; of what was sent with a form, that of the form's page."""
    return page_address(request).partition("?")[0]


def page_address(request: Request) -> str:
    """Return the path and query of the page that is shown; of what was sent with a form, those of the form's page."""
    return _address(request.url) if request.method in READING else sender_address(request)


def sender_address(request: Request) -> str:
    """Return the path and query of the page of ours that a form or a part of a page is on; home for no page of ours."""
    page = URL(request.headers.get("referer", ""))
    try:
        is_own = (
            page.netloc == request.headers.get("host") and page.path[:1] == "/" and page.path[1:2] not in {"/", "\\"}
        )
    except ValueError:  # no address at all
        return "/"
    return _address(page) if is_own else "/"


def _address(url: URL) -> str:
    # One slash: `//host` would lead to a host. A browser's address is quoted, that of a request is not.
    path = "/" + quote(url.path.lstrip("/"), safe="/:@!$&'()*+,;=~%")
    whole = f"{path}?{url.query}" if url.query else path
    return whole if len(whole) <= _LONGEST_ADDRESS else path


def _shown(name: str, value: str | float, language: str) -> str | float:
    """Return a count as people of the language write it; what is called by a number stays as it is."""
    return number(value, language) if isinstance(value, int) and name not in _CALLED_BY_NUMBER else value


def _new_key() -> str:
    """What makes a double click on a form one request."""
    return uuid4().hex


def shown_day(language: str, when: datetime | date) -> str:
    """Return a day as it is written in a language; of a moment, the day that it is in the time zone of the process."""
    return (when.astimezone() if isinstance(when, datetime) else when).strftime(_DAY[language])


Key = Annotated[str, Form(max_length=64)]
"""What a form was given by `new_key()`: sent twice, it has its effect once."""

Pages = Annotated[Templates, Depends(provided(Templates))]
"""What a route asks for that shows a page."""
