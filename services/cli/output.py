"""What a command prints for programs: JSON. What it prints for people is in showing.py."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import typer

if TYPE_CHECKING:
    from pydantic import BaseModel

View = TypeVar("View", bound="BaseModel")


@dataclass(frozen=True, slots=True)
class Output:
    """Prints what a command found, as JSON if that was asked for."""

    as_json: bool

    def show(self, view: View, show: Callable[[View], None]) -> None:
        """Print one thing; `show` prints it for people."""
        if self.as_json:
            typer.echo(view.model_dump_json())
        else:
            show(view)

    async def show_all(
        self, views: AsyncIterator[View], show: Callable[[View], None], *, limit: int | None = None
    ) -> int:
        """Print things as they come, one a line as JSON; at most `limit`.

        Returns:
            How many were printed.
        """
        shown = 0
        async for view in views:
            self.show(view, show)
            shown += 1
            if shown == limit:
                break
        return shown

    def print_json(self, value: object) -> bool:
        """Print a value if JSON was asked for; whether it was."""
        if self.as_json:
            typer.echo(json.dumps(value, ensure_ascii=False))
        return self.as_json
