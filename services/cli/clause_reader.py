"""The reader of descriptions of a command: by words and by likeness, or by words alone, which is said."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from rich.text import Text

from services.cli.context import err
from services.cli.texts import text
from shared.errors import VigieError

if TYPE_CHECKING:
    from services.standalone.clause_reader import ClauseReader

_UNREAD = "unread-model"
"""Reason where the model opens and the classifiers of likeness do not know it."""


@asynccontextmanager
async def clause_reader(*, words_alone: bool) -> AsyncIterator["ClauseReader"]:
    """Open the reader of descriptions; where the embedding model cannot be used, standard error says so.

    Args:
        words_alone: whether the model is left out on purpose.
    """
    from services.standalone.clause_reader import ClauseReader, opened_reader

    async with AsyncExitStack() as stack:
        reader = ClauseReader(None)
        if not words_alone:
            try:
                reader = await stack.enter_async_context(opened_reader())
            except (VigieError, ImportError) as error:
                _say_words_alone(error.code if isinstance(error, VigieError) else type(error).__name__)
            else:
                if reader.model is None:
                    _say_words_alone(_UNREAD)
        yield reader


def _say_words_alone(reason: str) -> None:
    err.print(Text(text("cli.drafting-words-alone", reason=reason)), style="yellow")
