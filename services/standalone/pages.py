"""The pages beside the embedded stack, for the people of this machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from services.standalone.local_issuer import LocalIssuer
from services.standalone.serving import LOOPBACK, listen, serving
from services.standalone.settings import StandaloneSettings
from services.web.app import create_app
from services.web.sessions.model import Tokens
from services.web.settings import SessionSettings, WebSettings
from services.web.sign_in.local import OneTimeCode
from shared.clock import utc_now

_LIFETIME = timedelta(minutes=15)
"""Of an access token; the session behind it renews it."""


class People:
    """Port: LocalPeople. Whoever runs the command, then those whom `vigie token` has named."""

    def __init__(self, issuer: LocalIssuer) -> None:
        self._issuer = issuer

    def names(self) -> list[str]:
        return [self._issuer.operator().user, *self._issuer.names()]

    def tokens(self, name: str) -> Tokens | None:
        operator = self._issuer.operator()
        person = operator if name == operator.user else self._issuer.person(name)
        if person is None:
            return None
        access = self._issuer.token(person, lifetime=_LIFETIME)
        return Tokens(access=access, access_expires_at=utc_now() + _LIFETIME, renewal=name)


@asynccontextmanager
async def pages(settings: StandaloneSettings, gateway_url: str, issuer: LocalIssuer) -> AsyncIterator[str]:
    """Serve the pages of a stack; yields their address.

    Raises:
        OSError: the port is taken.
    """
    listener = listen(settings.pages_port)
    web = WebSettings(
        gateway_url=gateway_url,
        allowed_hosts=LOOPBACK,
        secure_cookies=False,
        sign_in_code_file=_code_file(settings.data),
        sessions=SessionSettings(url=f"sqlite+aiosqlite:///{settings.data / 'web.db'}"),
    )
    try:
        async with serving(create_app(web, People(issuer)), listener):
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def link(address: str, data: Path) -> str:
    """Return the link that signs the owner of a data folder in at its pages, once."""
    return f"{address}/sign-in?code={OneTimeCode(_code_file(data)).current()}"


def _code_file(data: Path) -> Path:
    return data / "keys" / "sign-in"
