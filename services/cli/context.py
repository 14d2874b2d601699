"""What every command has: shared options, consoles, one event loop, and errors as one line instead of a traceback."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from services.cli.texts import language, text
from shared.language.names import one_line

DataOption = Annotated[
    Path, typer.Option("--data", metavar="DIR", help=text("cli.help.data"), envvar="VIGIE_STANDALONE_DATA")
]
PortOption = Annotated[
    int, typer.Option("--port", min=0, max=65535, help=text("cli.help.port"), envvar="VIGIE_STANDALONE_PORT")
]
PagesPortOption = Annotated[
    int | None,
    typer.Option(
        "--pages-port", min=0, max=65535, help=text("cli.help.pages-port"), envvar="VIGIE_STANDALONE_PAGES_PORT"
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help=text("cli.help.json"))]
UrlOption = Annotated[str | None, typer.Option("--url", metavar="URL", help=text("cli.help.url"), envvar="VIGIE_URL")]
UserOption = Annotated[str | None, typer.Option("--as", metavar="USER", help=text("cli.help.as"))]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help=text("cli.help.yes"))]

DEFAULT_DATA = Path("vigie-data")
DEFAULT_PORT = 8080
DEFAULT_PAGES_PORT = 8090
"""The defaults of services.standalone.settings, which a client has not installed; a test compares them."""

_OURS = {"services", "shared"}

out = Console(highlight=False, markup=False, emoji=False)
err = Console(stderr=True, highlight=False, markup=False, emoji=False)
"""What people wrote is printed as it stands: `[/x]` is no end of a style, `:x:` no emoji (S22)."""


def run(work: Coroutine[Any, Any, int | None]) -> None:
    """Run a command to its end; its result is the exit code, None is 0.

    Raises:
        typer.Exit: with 1 and a line on standard error for what a person can understand and mend.
    """
    try:
        code = _event_loop()(_until_signal(work)) or 0
    except (KeyboardInterrupt, asyncio.CancelledError):
        code = 130
    except Exception as error:  # the border of the process
        sentence = _sentence(error)
        if sentence is None:
            raise
        code = _complain(sentence)
    raise typer.Exit(code)


def _sentence(error: Exception) -> str | None:
    """What a person can understand and mend; None: it is a defect. What has not failed imports nothing of this."""
    import httpx
    from pydantic import ValidationError

    from services.cli.device_flow import SignInError
    from shared.client import Problem, UnexpectedResponse
    from shared.contracts.base import Failure
    from shared.errors import VigieError
    from shared.http_api.problems import describe

    sentence: str | None = None
    match error:
        case VigieError():
            sentence = describe(Failure(code=error.code, params=error.params), language())
        case SignInError():
            sentence = text(f"sign-in.{error.reason}", **error.params)
        case httpx.TransportError():
            sentence = text("cli.unreachable", reason=type(error).__name__)
        case UnexpectedResponse():
            sentence = text("cli.unexpected", reason=str(error))
        case ValidationError():
            wrong = error.errors(include_url=False)[0]
            sentence = f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}"
        case ModuleNotFoundError():
            sentence = text("cli.not-installed", module=_foreign_module(error))
        case Problem() | OSError() | ValueError():
            sentence = str(error)
    return sentence


async def until_stopped() -> None:
    """Wait for a signal: for commands whose end it is."""
    with suppress(asyncio.CancelledError):
        await asyncio.Event().wait()


def confirmed(question: str) -> bool:
    """Whether a person agrees, in their language or in English; anything but a yes is a no.

    Raises:
        typer.Abort: standard input has ended.
    """
    prompt = f"{question} [{text('cli.yes-no')}]"
    said: str = typer.prompt(prompt, default="", show_default=False, prompt_suffix=" ", err=True)
    return said.strip().casefold() in {*text("cli.yes").split(), "y", "yes"}


def _event_loop() -> Callable[[Coroutine[Any, Any, int | None]], int | None]:
    """The runner of uvloop where it is installed, as it is with the stack; else that of asyncio."""
    if find_spec("uvloop") is None:
        return asyncio.run
    import uvloop

    return uvloop.run


async def _until_signal(work: Coroutine[Any, Any, int | None]) -> int | None:
    """A signal cancels the work, so that whatever it has open is closed in order."""
    task = asyncio.ensure_future(work)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    return await task


def _foreign_module(error: ModuleNotFoundError) -> str:
    """The name of the library that is not installed.

    Raises:
        ModuleNotFoundError: the module is one of ours, which is a defect.
    """
    package = (error.name or "").partition(".")[0]
    if package in _OURS:
        raise error
    return package


def _complain(sentence: str) -> int:
    words = one_line(sentence)  # for programs that read it too
    err.print(words, style="bold red", markup=False, soft_wrap=True)
    return 1
