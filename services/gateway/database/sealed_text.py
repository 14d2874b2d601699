"""Columns with somebody's words: sealed on the way into the database, unsealed on the way out."""

import base64

from sqlalchemy import Dialect, Text, TypeDecorator

from shared.sealing.ports import PLATFORM, Sealer
from shared.sealing.unsealed import UNSEALED

_SEALED = "\x01sealed:"
"""Before the base64 of what a sealer has changed. No text that comes in begins like this: control characters are
refused at the door, and JSON writes them in letters."""


class SealedText(TypeDecorator[str]):
    """A text. What the sealer leaves alone, and rows from before it did more, are stored as they are.

    Args:
        place: the table and column, which a sealed text does not leave.
    """

    impl = Text
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        data = value.encode()
        sealed = sealer_of(dialect).seal(data, scope=PLATFORM, context=self.place)
        return value if sealed == data else _SEALED + base64.b64encode(sealed).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or not value.startswith(_SEALED):
            return value
        sealed = base64.b64decode(value.removeprefix(_SEALED))
        return sealer_of(dialect).unseal(sealed, context=self.place).decode()


def use_sealer(dialect: Dialect, sealer: Sealer) -> None:
    """Seal what goes through this dialect's connections with this sealer."""
    dialect.vigie_sealer = sealer  # type: ignore[attr-defined]


def sealer_of(dialect: Dialect) -> Sealer:
    """The sealer of a dialect; the one that seals nothing where none was given."""
    return getattr(dialect, "vigie_sealer", UNSEALED)
