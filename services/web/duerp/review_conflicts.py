"""Closing a finding that somebody else has closed meanwhile, or whose entry says something else by now."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.web.conflicts import ChangedMeanwhile, Conflict, conflict_with
from shared.client import UnitDuerp
from shared.http_api.duerp.entries import Entry, EntryKind
from shared.http_api.duerp.kinds import KINDS
from shared.http_api.duerp.review import Dismissal, Review, ReviewFinding
from shared.language.names import shown_text


class Mended(Exception):
    """There is nothing to close any more: what was pointed out is mended."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What could not be kept of a finding's closing: the reason as it was typed, and why.

    `over` is the closing of somebody else's, which is replaced by saving again.
    """

    reason: str = ""
    problem: str = ""
    conflict: Conflict | None = None
    over: Entry[Dismissal] | None = None


NOTHING = Typed()


async def require_as_read(
    duerp: UnitDuerp, review: Review, said: Dismissal, over: tuple[UUID, int] | None
) -> Entry[Dismissal] | None:
    """Go on if a finding is as a person read it.

    Args:
        over: id and revision of somebody else's closing that they have read and want to replace.

    Returns:
        That closing, in the revision that was read; None where nobody has closed the finding.

    Raises:
        ChangedMeanwhile: with the closing of somebody else, or the entry where that says something else by now.
        Mended: there is no such finding any more.
    """
    found = next((each for each in review.findings if (each.rule, each.about) == (said.rule, said.about)), None)
    if found is None:
        raise Mended
    if found.dismissed is not None:
        theirs = await duerp.find(Dismissal, found.dismissed.dismissal)
        if theirs.content == said:
            return theirs  # a double click: the same words once more change nothing
        if over is None or over[0] != theirs.id:
            raise ChangedMeanwhile(theirs)
        return theirs.model_copy(update={"revision": over[1]})
    if found.revision != said.revision:
        raise ChangedMeanwhile(await _entry(duerp, found))
    return None


def contested(newest: Entry[Any], reason: str, review: str, t: Callable[..., str]) -> Typed:
    """Return what the page shows where somebody else was faster.

    Args:
        review: the page's own address.
    """
    if newest.kind is not EntryKind.DISMISSAL:
        return Typed(reason, conflict=conflict_with(newest, review))
    said = [(t("review.reason"), reason, shown_text(newest.content.reason))]
    return Typed(reason, conflict=conflict_with(newest, review, said), over=newest)


async def _entry(duerp: UnitDuerp, found: ReviewFinding) -> Entry[Any]:
    if found.kind is EntryKind.UNIT:
        return await duerp.description()
    return await duerp.find(KINDS[found.kind], found.about)
