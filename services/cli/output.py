"""What a command prints for programs: JSON. What it prints for people is in showing.py."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import typer

from services.cli import texts
from shared.language.names import is_name

if TYPE_CHECKING:
    from pydantic import BaseModel

View = TypeVar("View", bound="BaseModel")


def print_json_text(text: str) -> None:
    """Print JSON that means the same, with what a terminal would act on as escapes (S22)."""
    typer.echo("".join(each if is_name(each) else _escaped(each) for each in text) if not is_name(text) else text)


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[place]:02x}{units[place + 1]:02x}" for place in range(0, len(units), 2))


@dataclass(frozen=True, slots=True)
class Output:
    """Prints what a command found, as JSON if that was asked for."""

    as_json: bool

    def show(self, view: View, show: Callable[[View], None]) -> None:
        """Print one thing; `show` prints it for people."""
        if self.as_json:
            print_json_text(view.model_dump_json())
        else:
            show(view)

    async def show_all(
        self, views: AsyncIterator[View], show: Callable[[View], None], *, limit: int | None = None
    ) -> int:
        """Print things as they come, one a line as JSON; at most `limit`. Where there are none, people are told so.

        Returns:
            How many were printed.
        """
        shown = 0
        async for view in views:
            self.show(view, show)
            shown += 1
            if shown == limit:
                break
        if not shown and not self.as_json:
            typer.echo(texts.text("cli.none-found"))
        return shown

    def print_json(self, value: object) -> bool:
        """Print a value if JSON was asked for; whether it was."""
        if self.as_json:
            print_json_text(json.dumps(value, ensure_ascii=False))
        return self.as_json
