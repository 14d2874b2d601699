"""Pieces of a description: clauses as they are read, and the chunks between delimiters that they are made of."""

from dataclasses import dataclass
from enum import StrEnum


class Reading(StrEnum):
    """What a clause does to what it names."""

    SAID = "said"
    DENIED = "denied"
    GONE = "gone"
    PLANNED = "planned"
    BY_COMPANY = "by_company"
    """Others do it here: that they come is said, what they do is not."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a description, from `start` to `end` without spaces around it, and how it is read."""

    start: int
    end: int
    reading: Reading


@dataclass(slots=True)
class Chunk:
    """What stands between two delimiters, from `start` to `end`; `before` is the one before it."""

    start: int
    end: int
    before: str
    pieces: list[Clause]


def whole(chunk: Chunk, reading: Reading) -> Clause:
    """Return a chunk as one clause."""
    return Clause(chunk.start, chunk.end, reading)
