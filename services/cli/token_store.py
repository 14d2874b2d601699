"""Keeps the tokens of each gateway that a person has signed in to, in a file of theirs, and renews them when used."""

import asyncio
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
import jwt
from filelock import FileLock
from platformdirs import user_state_path

from services.cli.device_flow import Endpoints, SignInError, Tokens, http_client, renew

_LOCK_TIMEOUT_S = 60
_EARLY_S = 20.0
"""How long before its end a token is renewed: it has to last for the request."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """One person at one gateway."""

    endpoints: Endpoints
    tokens: Tokens

    def claims(self) -> dict[str, Any]:
        """The claims of the access token, to be shown: their signature is not verified here, but by the gateway."""
        return jwt.decode(self.tokens.access, options={"verify_signature": False})


class TokenStore:
    """The file of sign-ins, for its owner's eyes alone.

    Args:
        folder: default: the system's place for a program's state.
        connect: makes the HTTP client that renews tokens.
    """

    def __init__(self, folder: Path | None = None, *, connect: Callable[[], httpx.Client] = http_client) -> None:
        self._folder = folder or user_state_path("vigie", appauthor=False)
        self._file = self._folder / "sign-ins.json"
        self._connect = connect

    def put(self, gateway: str, sign_in: SignIn) -> None:
        with self._locked():
            self._write(self._read() | {gateway: asdict(sign_in)})

    def get(self, gateway: str) -> SignIn:
        """The sign-in at a gateway.

        Raises:
            SignInError: there is none.
        """
        kept = self._read().get(gateway)
        if kept is None:
            raise SignInError("signed-out", address=gateway)
        return SignIn(Endpoints(**kept["endpoints"]), Tokens(**kept["tokens"]))

    def forget(self, gateway: str) -> None:
        with self._locked():
            self._write({name: kept for name, kept in self._read().items() if name != gateway})

    async def token(self, gateway: str) -> str:
        """An access token that is valid for _EARLY_S at least, renewed if need be.

        Raises:
            SignInError: nobody is signed in there, or the session has ended.
            httpx.TransportError: the issuer does not respond.
        """
        return await asyncio.to_thread(self._token, gateway)

    def _token(self, gateway: str) -> str:
        # A refresh token is good once: of several commands at once, one renews and the others read what it wrote.
        with self._locked():
            sign_in = self.get(gateway)
            if sign_in.tokens.ends_at - time.time() > _EARLY_S:
                return sign_in.tokens.access
            with self._connect() as http:
                try:
                    renewed = renew(http, sign_in.endpoints, sign_in.tokens)
                except SignInError as error:
                    if error.reason == "session-ended":
                        self._write({name: kept for name, kept in self._read().items() if name != gateway})
                    raise
            self._write(self._read() | {gateway: asdict(SignIn(sign_in.endpoints, renewed))})
            return renewed.access

    def _locked(self) -> FileLock:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return FileLock(self._folder / "sign-ins.lock", timeout=_LOCK_TIMEOUT_S, mode=0o600)

    def _read(self) -> dict[str, Any]:
        try:
            kept: dict[str, Any] = json.loads(self._file.read_bytes())
        except FileNotFoundError:
            return {}
        return kept

    def _write(self, kept: dict[str, Any]) -> None:
        """Whole or not at all."""
        partial = self._file.with_suffix(f".{os.getpid()}")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(kept, file, indent=1)
        partial.replace(self._file)
