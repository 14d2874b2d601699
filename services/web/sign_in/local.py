"""Signing in on one's own machine: with a code from a file that its owner alone can read, good for one time."""

import hmac
import secrets
from pathlib import Path

from services.web.sessions.model import Tokens
from services.web.sign_in.ports import LocalPeople
from shared.storage.private import write_private


class OneTimeCode:
    """The code of the next link to sign in with; used once, it is another one."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def current(self) -> str:
        """Return the code that the next link has; made if there is none."""
        if not self._file.exists():
            self._renew()
        return self._file.read_text(encoding="ascii")

    def use(self, code: str) -> bool:
        """Return whether this is the code; from now on it is no more."""
        if not self._file.exists() or not hmac.compare_digest(code.encode(), self.current().encode()):
            return False
        self._renew()
        return True

    def _renew(self) -> None:
        write_private(self._file, secrets.token_urlsafe(24).encode())


class LocalSignIn:
    """Port: Issuer. The people of one machine; who has signed in gets new tokens for as long as the session lives."""

    def __init__(self, people: LocalPeople, code: OneTimeCode) -> None:
        self._people = people
        self._code = code

    def names(self) -> list[str]:
        """Return the people that one may be here; the first one is the machine's owner."""
        return self._people.names()

    def tokens(self, name: str) -> Tokens | None:
        """Return the tokens of a person; None for an unknown one."""
        return self._people.tokens(name)

    def person_by(self, code: str, name: str = "") -> Tokens | None:
        """Return the tokens of a person for the code of a link; None if it is not, or no more, the code.

        Args:
            name: of whom the link is for; the machine's owner where it names nobody that is known here.
        """
        if not self._code.use(code):
            return None
        named = self._people.tokens(name) if name else None
        return named or self._people.tokens(self._people.names()[0])

    async def renewed(self, tokens: Tokens) -> Tokens | None:
        return self._people.tokens(tokens.renewal)
