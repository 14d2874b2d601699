"""What every command does around its work: options, one event loop, and errors as one line instead of a stack."""

import asyncio
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
import uvloop
from pydantic import ValidationError
from rich.console import Console

from services.cli.device_flow import SignInError, check_address
from services.cli.texts import language, text
from services.cli.token_store import SignedIn
from services.standalone.data_folder import FolderInUse
from services.standalone.local_issuer import Person
from services.standalone.session import Elsewhere, Reached, Session, session
from services.standalone.settings import StandaloneSettings
from shared.client import Problem, UnexpectedResponse, VigieClient
from shared.contracts.base import Failure
from shared.errors import VigieError
from shared.http_api.problems import describe

DataOption = Annotated[
    Path, typer.Option("--data", metavar="DIR", help=text("cli.help.data"), envvar="VIGIE_STANDALONE_DATA")
]
PortOption = Annotated[
    int, typer.Option("--port", min=0, max=65535, help=text("cli.help.port"), envvar="VIGIE_STANDALONE_PORT")
]
JsonOption = Annotated[bool, typer.Option("--json", help=text("cli.help.json"))]
UrlOption = Annotated[str | None, typer.Option("--url", metavar="URL", help=text("cli.help.url"), envvar="VIGIE_URL")]
UserOption = Annotated[str | None, typer.Option("--as", metavar="USER", help=text("cli.help.as"))]

DEFAULT_DATA = StandaloneSettings.model_fields["data"].default
DEFAULT_PORT = StandaloneSettings.model_fields["port"].default

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def settings_for(data: Path, port: int = DEFAULT_PORT) -> StandaloneSettings:
    return StandaloneSettings(data=data.resolve(), port=port)


def run(work: Coroutine[Any, Any, int | None]) -> None:
    """Run a command to its end; its result is the exit code.

    Raises:
        typer.Exit: with 1 and a line on standard error for what a person can understand and mend.
    """
    try:
        code = uvloop.run(_until_signal(work)) or 0
    except Problem as problem:
        code = _complain(str(problem))
    except VigieError as error:
        code = _complain(describe(Failure(code=error.code, params=error.params), language()))
    except SignInError as error:
        code = _complain(text(f"sign-in.{error.reason}", **error.params))
    except FolderInUse:
        code = _complain(text("cli.folder-in-use"))
    except httpx.TransportError as error:
        code = _complain(text("cli.unreachable", reason=type(error).__name__))
    except UnexpectedResponse as error:
        code = _complain(text("cli.unexpected", reason=str(error)))
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        code = _complain(f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}")
    except (OSError, ValueError) as error:
        code = _complain(str(error))
    except (KeyboardInterrupt, asyncio.CancelledError):
        code = 130
    raise typer.Exit(code)


async def _until_signal(work: Coroutine[Any, Any, int | None]) -> int | None:
    """A signal cancels the work, so that whatever it has open is closed in order."""
    task = asyncio.ensure_future(work)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    return await task


async def until_stopped() -> None:
    """Wait for a signal: for commands whose end it is."""
    with suppress(asyncio.CancelledError):
        await asyncio.Event().wait()


@asynccontextmanager
async def connected(
    data: Path, user: str | None = None, url: str | None = None
) -> AsyncIterator[tuple[Reached, VigieClient]]:
    """A gateway and a client of it for a person.

    Args:
        data: folder of the stack that is meant where there is no `url`, running or started for as long as this lasts.
        user: of `--as`; None: whoever runs the command.
        url: of a gateway elsewhere, for whoever has signed in there.
    """
    if url is None:
        async with (
            session(settings_for(data), language()) as current,
            current.client(person_named(current, user)) as client,
        ):
            yield current, client
        return
    if user is not None:
        raise ValueError(text("cli.as-elsewhere"))
    gateway = check_address(url)
    kept = SignedIn()
    await kept.token(gateway)
    async with VigieClient(gateway, lambda: kept.token(gateway), language()) as client:
        yield Elsewhere(gateway), client


def confirmed(question: str) -> bool:
    """Whether a person agrees, in their language or in English; anything but a yes is a no.

    Raises:
        typer.Abort: nobody is there to answer.
    """
    prompt = f"{question} [{text('cli.yes-no')}]"
    said: str = typer.prompt(prompt, default="", show_default=False, prompt_suffix=" ", err=True)
    return said.strip().casefold() in {*text("cli.yes").split(), "y", "yes"}


def person_named(session: Session, user: str | None) -> Person | None:
    """The person of `--as`: known from `vigie token`, else a reader of what is public."""
    if user is None:
        return None
    person = session.issuer.person(user)
    if person is None:
        err.print(text("cli.unknown-user", user=user), style="yellow")
        return Person(user)
    return person


def _complain(sentence: str) -> int:
    err.print(sentence, style="bold red", markup=False)
    return 1
