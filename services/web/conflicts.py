"""Two people change one thing: who saves second is told, sees both texts, and nothing that they typed is lost.

The gateway refuses a change of another revision than the newest (412). A route changes entries within `watched`, and
shows the page again with the `Conflict` that it raises; `conflict.html` is how every page tells it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from shared.client import Problem
from shared.http_api.duerp.entries import Entry
from shared.http_api.duerp.fields import Content

C = TypeVar("C", bound=Content)
Said = tuple[str, str, str]
"""A field in words: its name, what who saves second said, what stands there by now."""

STALE = 412


class ChangedMeanwhile(Exception):
    """Somebody else changed an entry after a person had read it; `newest` is what it says by now."""

    def __init__(self, newest: Entry[Any]) -> None:
        super().__init__(str(newest.id))
        self.newest = newest


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two people filled in differently, with what each said in words."""

    field: str
    yours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Who changed an entry first and when, where their text stands alone, and where the two texts differ.

    `by` is empty and `on` None of a document, which does not tell who changed what is said of it. `differences` is None
    where a person wrote no text, as with a decision: they read again, and do it again.
    """

    by: str
    on: datetime | None
    address: str
    differences: Sequence[Difference] | None


@asynccontextmanager
async def watched(newest: Callable[[], Awaitable[Entry[Any]]]) -> AsyncIterator[None]:
    """Change an entry.

    Args:
        newest: a function that returns the entry as it is by now.

    Raises:
        ChangedMeanwhile: somebody else was faster.
        Problem: the gateway refused for another reason.
    """
    try:
        yield
    except Problem as problem:
        if problem.status != STALE:
            raise
        raise ChangedMeanwhile(await newest()) from problem


def as_read(found: Entry[C] | None, revision: int) -> Entry[C] | None:
    """Return an entry in the revision that a person read; 0: they read that there is none.

    Raises:
        ChangedMeanwhile: there is one by now.
    """
    if found is None:
        return None
    if revision == 0:
        raise ChangedMeanwhile(found)
    return found.model_copy(update={"revision": revision})


def conflict_with(newest: Entry[Any], address: str, said: Iterable[Said] | None = None) -> Conflict:
    """Return what a page tells of a conflict.

    Args:
        address: the page of what the other person said.
        said: all fields that the form edits, of which those that say the same are left out; None: it edits no text.
    """
    differences = None if said is None else differing(said)
    return Conflict(newest.updated_by, newest.updated_at, address, differences)


def differing(said: Iterable[Said]) -> list[Difference]:
    """Return the fields that two people filled in differently."""
    return [Difference(*each) for each in said if each[1] != each[2]]


def only_one_says(name: str, yours: Sequence[str], theirs: Sequence[str]) -> Said:
    """Return a list of rows as a field: of each person the rows that the other one does not have, a line each."""
    return name, "\n".join(each for each in yours if each not in theirs), "\n".join(
        each for each in theirs if each not in yours
    )  # fmt: skip
