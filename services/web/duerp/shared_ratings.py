"""The rating of a line that work units share in each of them, as its page lists it and a form asks it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.web.duerp.ratings import GROSS, RESIDUAL, rated
from services.web.duerp.views import holds_in
from shared.http_api.duerp.entries import Entry
from shared.http_api.duerp.lines import SharedLine, SharedRating
from shared.http_api.duerp.scales import Rating, Scale
from shared.language.names import one_line, shown_text


@dataclass(frozen=True, slots=True)
class SharedRatingRow:
    """A work unit that a shared line holds in; `gross` and `residual` are the words of its ratings there."""

    work_unit: str
    name: str
    gross: str
    residual: str
    comment: str


def rating_rows(
    line: Entry[SharedLine], ratings: Iterable[Entry[SharedRating]], work_units: Mapping[str, str]
) -> list[SharedRatingRow]:
    """Return a row for each work unit that a line holds in.

    Args:
        work_units: the names of the unit's work units by their ids.
    """
    found = {str(each.content.work_unit): each.content for each in ratings if each.content.line == line.id}
    return [
        _row(identity, name, found.get(identity))
        for identity, name in work_units.items()
        if holds_in(line.content, UUID(identity))
    ]


def said_there(former: SharedRating, scale: Entry[Scale] | None, form: Mapping[str, str], comment: str) -> SharedRating:
    """Return a line's rating in a work unit with what a form says; what it does not ask stays.

    Raises:
        HalfRated: some axes have a value and others none.
    """
    update: dict[str, Any] = {"comment": comment.strip()}
    if scale is not None:
        update[GROSS] = rated(scale, GROSS, form, former.gross)
        update[RESIDUAL] = rated(scale, RESIDUAL, form, former.residual)
    return former.model_copy(update=update)


def _row(identity: str, name: str, rating: SharedRating | None) -> SharedRatingRow:
    if rating is None:
        return SharedRatingRow(identity, name, "", "", "")
    return SharedRatingRow(identity, name, _level(rating.gross), _level(rating.residual), shown_text(rating.comment))


def _level(rating: Rating | None) -> str:
    """The word of a rating's level; its result where the scale has no levels."""
    if rating is None:
        return ""
    return one_line(rating.level or "") or str(rating.score if rating.score is not None else "")
