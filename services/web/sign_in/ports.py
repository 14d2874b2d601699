"""What signing in asks of an issuer of tokens."""

from typing import Protocol

from services.web.sessions.model import Tokens


class Issuer(Protocol):
    """Gives a person's tokens anew."""

    async def renewed(self, tokens: Tokens) -> Tokens | None:
        """Return newer tokens for these; None if the person has to sign in again."""
        ...


class LocalPeople(Protocol):
    """The people of one machine, each with the tokens of its own issuer."""

    def names(self) -> list[str]:
        """Return the people that one may be here; the first one is the machine's owner."""
        ...

    def tokens(self, name: str) -> Tokens | None:
        """Return the tokens of a person; None for an unknown one."""
        ...
