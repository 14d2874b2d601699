"""What a person may do, asked once for each token: a token says the same of its person for as long as it holds."""

import hashlib
from collections import OrderedDict

import httpx

from shared.client import Problem, Retries, Token, UnexpectedResponse, VigieClient
from shared.client.parsed_responses import ParsedResponses
from shared.http_api.directory import MeView

_MOST = 1_000
_RETRIES = Retries(attempts=3, longest_s=3, patience_s=5)
"""Somebody looks at an empty page meanwhile: after some seconds they are told, and ask again themselves."""


class Rights:
    """What the gateway told of the persons of tokens, those of the latest tokens."""

    def __init__(self) -> None:
        self._told: OrderedDict[bytes, MeView] = OrderedDict()

    def get(self, token: str) -> MeView | None:
        """Return what was told of a token's person; None where nobody has asked."""
        return self._told.get(_digest(token))

    def keep(self, token: str, told: MeView) -> None:
        """Keep what was told of a token's person."""
        self._told[_digest(token)] = told
        if len(self._told) > _MOST:
            self._told.popitem(last=False)


class KnownRights(VigieClient):
    """A client that asks once for a token who its person is.

    Args:
        access: the access token that the visit began with; token: a function that returns the one to use now.
    """

    def __init__(
        self,
        access: str,
        token: Token,
        language: str,
        *,
        http: httpx.AsyncClient,
        rights: Rights,
        known: ParsedResponses,
    ) -> None:
        super().__init__("", token, language, http=http, retries=_RETRIES, known=known)
        self._access = access
        self._rights = rights

    async def me(self) -> MeView:
        told = self._rights.get(self._access)
        if told is None:
            told = await super().me()
            self._rights.keep(self._access, told)
        return told

    async def administers(self) -> bool:
        """Return whether they look after the platform; it decides on a link and on nothing else."""
        try:
            return (await self.me()).may_administer
        except (Problem, UnexpectedResponse):
            return False


def _digest(token: str) -> bytes:
    """A token's name here: the token itself is not kept."""
    return hashlib.sha256(token.encode()).digest()
