"""A hostile or malformed file: its name, how its bytes are made, and what may come of it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bait:
    """What a file may try to reach: a file with `word` in it, and an address where somebody listens."""

    file: str
    url: str
    word: str


@dataclass(frozen=True, slots=True)
class Case:
    """`reasons` are those of the refusal; empty: the file is read. ANY: read or refused, within the limits."""

    name: str
    file_name: str
    make: Callable[[Bait], bytes]
    reasons: tuple[str, ...] = ()
    media_type: str = ""

    def __str__(self) -> str:
        return f"{self.file_name.rpartition('.')[2]}: {self.name}"


ANY = ("any",)


def plainly(data: bytes) -> Callable[[Bait], bytes]:
    """For files that are short enough to be made at once."""
    return lambda _: data
