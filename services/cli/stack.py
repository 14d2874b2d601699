"""The embedded stack of a data folder, imported when a command takes it: a client has not installed it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from services.cli.texts import language, text

if TYPE_CHECKING:
    from services.standalone.session import Session


@asynccontextmanager
async def stack(
    data: Path, port: int = 0, *, model: str | None = None, pages_port: int | None = None
) -> "AsyncIterator[Session]":
    """Reach the stack that runs on `data`, or start one that listens on `port` (0: any free one).

    Args:
        model: of the folder's language models, the one that writes answers; a stack that runs already keeps its own.
        pages_port: where a stack that is started serves the pages too; None: it serves none.

    Raises:
        ValueError: another stack holds the folder and does not answer.
        ModuleNotFoundError: the extra `standalone` is not installed.
        ModelWeightsUnavailable: the model is not there, or does not start.
        OSError: the port is taken.
    """
    from services.standalone.data_folder import FolderInUse
    from services.standalone.session import session
    from services.standalone.settings import StandaloneSettings

    settings = await asyncio.to_thread(
        lambda: StandaloneSettings(data=data.resolve(), port=port, pages_port=pages_port or 0)
    )
    try:
        async with session(
            settings, language(), fixed_port=True, model=model, with_pages=pages_port is not None
        ) as current:
            yield current
    except FolderInUse as error:
        raise ValueError(text("cli.folder-in-use")) from error
