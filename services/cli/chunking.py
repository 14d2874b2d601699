"""How a document is to be cut, as commands take it: `--chunking tokens --option tokens=200 --max-chars 1000`."""

from typing import Annotated

import typer

from services.cli.texts import text
from shared.contracts.chunking import check, options_of
from shared.contracts.documents import Chunking

ChunkingOption = Annotated[str | None, typer.Option("--chunking", help=text("cli.help.chunking"))]
ParametersOption = Annotated[
    list[str] | None, typer.Option("--option", metavar="NAME=NUMBER", help=text("cli.help.chunking-option"))
]
MaxCharsOption = Annotated[int | None, typer.Option("--max-chars", help=text("cli.help.max-chars"))]


def parse_chunking(strategy: str | None, parameters: list[str] | None, max_chars: int | None) -> Chunking:
    """The chunking that the options name; without options, one that leaves all to the gateway.

    Raises:
        InvalidInput: no strategy or parameter has that name; the message lists those that exist.
        ValueError: `max_chars` is out of range.
    """
    chunking = Chunking(strategy=strategy, max_chars=max_chars, options=options_of(parameters or []))
    check(chunking)
    return chunking
