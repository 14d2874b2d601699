"""`vigie up --reload`: the stack in a process of its own, started again when its code changes. For developers."""

import asyncio
import logging
import sys
from asyncio.subprocess import Process
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from services.cli.context import err
from services.cli.texts import text

CODE = Path(__file__).parent.parent.parent
_STOP_TIMEOUT_S = 30


def watched_folders() -> list[Path]:
    """The folders of the code that the stack runs: `services` and `shared`."""
    return [CODE / "services", CODE / "shared"]


async def run_with_reload(arguments: Sequence[str], folders: Sequence[Path]) -> None:
    """Run `vigie <arguments>`; stop it and start it again when a file below `folders` changes, until a signal.

    Raises:
        ValueError: watchfiles is not installed.
    """
    try:
        from watchfiles import awatch
    except ModuleNotFoundError as error:
        raise ValueError(text("cli.no-watchfiles")) from error

    logging.getLogger("watchfiles").setLevel(logging.WARNING)
    process = await _start(arguments)
    try:
        with suppress(asyncio.CancelledError):
            async for _ in awatch(*folders):
                err.print(text("cli.reloading"), style="dim")
                await _stop(process)
                process = await _start(arguments)
    finally:
        await _stop(process)


async def _start(arguments: Sequence[str]) -> Process:
    """Start the command in a session of its own, where a terminal's Ctrl-C reaches it through us, and once."""
    command = [sys.executable, "-m", "services.cli", *arguments]
    return await asyncio.create_subprocess_exec(*command, start_new_session=True)


async def _stop(process: Process) -> None:
    """End the process with SIGTERM, after _STOP_TIMEOUT_S with SIGKILL."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(_STOP_TIMEOUT_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
