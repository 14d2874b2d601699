"""The gateway that a command's options name, and a client of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from services.cli.context import err
from services.cli.stack import stack
from services.cli.texts import language, text

if TYPE_CHECKING:
    from services.standalone.local_issuer import LocalIssuer, Person
    from shared.client import VigieClient


class Gateway:
    """One gateway, reached by `client()`.

    Args:
        data: folder of the stack that is meant where there is no `url`; one is started where none runs.
        url: of a gateway elsewhere, for whoever has signed in there.
        user: of `--as`; None: whoever runs the command.

    Attributes:
        address: where it goes on answering once the command has ended; None for a stack that ends with the command.
    """

    def __init__(self, data: Path, url: str | None, user: str | None = None) -> None:
        self.url = url
        self.address: str | None = None
        self.data = data
        self._user = user

    @asynccontextmanager
    async def client(self) -> AsyncIterator["VigieClient"]:
        """A client for the person.

        Raises:
            ValueError: `--as` was given for a gateway elsewhere; or another stack holds the folder.
            SignInError: nobody is signed in at the gateway elsewhere.
            ModuleNotFoundError: no address was given, and no stack is installed.
        """
        if self.url is None:
            async with stack(self.data) as current, current.client(self._person(current.issuer)) as client:
                self.address = None if current.own_stack else current.url
                yield client
            return
        if self._user is not None:
            raise ValueError(text("cli.as-elsewhere"))
        from services.cli.device_flow import check_address
        from services.cli.token_store import TokenStore
        from shared.client import VigieClient

        self.address = address = check_address(self.url)
        tokens = TokenStore()
        await tokens.token(address)
        async with VigieClient(address, lambda: tokens.token(address), language()) as client:
            yield client

    def _person(self, issuer: "LocalIssuer") -> "Person | None":
        """The person of `--as`: known from `vigie token`, else a reader of what is public."""
        from services.standalone.local_issuer import Person

        if self._user is None:
            return None
        person = issuer.person(self._user)
        if person is None:
            err.print(text("cli.unknown-user", user=self._user), style="yellow")
            return Person(self._user)
        return person


PersonalGateway = Annotated[Gateway, "--as"]
"""Gateway of a command that may also act as another person of the data folder."""
