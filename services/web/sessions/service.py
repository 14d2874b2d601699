"""Sessions: begun when somebody signs in, found by their cookie, renewed with their tokens, ended."""

from collections.abc import Callable
from datetime import datetime, timedelta

from services.web.sessions.model import Session, Tokens
from services.web.sessions.sealing import new_cookie
from services.web.sessions.vault import Vault
from shared.clock import utc_now

_SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is known when somebody was last seen: not each page is a write."""


class Sessions:
    """The sessions of all browsers.

    Args:
        lives, idle: how long after signing in, and after the last page, a session ends.
    """

    def __init__(
        self, vault: Vault, *, lives: timedelta, idle: timedelta, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._vault = vault
        self._lives = lives
        self._idle = idle
        self._now = now

    async def begin(self, person: str, tokens: Tokens) -> str:
        """Begin a session; returns the value of its cookie."""
        cookie, now = new_cookie(), self._now()
        await self.keep(cookie, Session(person=person, tokens=tokens, signed_in_at=now, seen_at=now))
        return cookie

    async def find(self, cookie: str | None) -> Session | None:
        """Return the session that a cookie opens; None if there is none any more."""
        session = await self._vault.open(cookie, Session)
        now = self._now()
        if cookie is None or session is None or session.has_ended(now, self._lives, self._idle):
            return None
        if now - session.seen_at >= _SEEN_EVERY:
            session = session.model_copy(update={"seen_at": now})
            await self.keep(cookie, session)
        return session

    async def keep(self, cookie: str, session: Session) -> None:
        """Store what a session is now."""
        ends_at = min(session.signed_in_at + self._lives, session.seen_at + self._idle)
        await self._vault.keep(cookie, session, ends_at, session.tokens.session)

    async def end(self, cookie: str | None) -> None:
        """End a session: its cookie opens nothing from now on."""
        await self._vault.drop(cookie)

    async def end_of_issuer(self, session: str) -> int:
        """End the sessions that stand on a session at the issuer; how many."""
        return await self._vault.drop_group(session)

    async def sweep(self) -> int:
        """Delete the sessions that have ended; how many."""
        return await self._vault.sweep(self._now())
