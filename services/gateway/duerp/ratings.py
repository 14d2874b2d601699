"""What the server adds to a rating: score, level, who and when, on the scale's version. Pure."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from services.gateway.duerp.scales.model import is_lower, rate, without_measures
from shared.errors import InvalidInput
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.lines import Line, SharedRating
from shared.http_api.duerp.scales import Calculation, Rating, Scale

ScaleVersion = tuple[UUID, int]


def scale_versions(content: Content) -> frozenset[ScaleVersion]:
    """Return the scales, each with its version, that a content is rated on."""
    if not isinstance(content, Line | SharedRating):
        return frozenset()
    return frozenset((each.scale, each.version) for each in (content.gross, content.residual) if each is not None)


def with_ratings(
    content: Line | SharedRating, before: Content | None, scales: Mapping[ScaleVersion, Scale], by: str, now: datetime
) -> Line | SharedRating:
    """Return the content with its ratings computed. One that stays as it was keeps who rated and when.

    Args:
        before: the content of the revision before.
        scales: those of `scale_versions`.

    Raises:
        InvalidInput: a scale or version is unknown, or the words are not of it.
    """
    former = before if isinstance(before, Line | SharedRating) else None
    gross = _rated(content.gross, former.gross if former else None, scales, by, now, residual=False)
    residual = _rated(content.residual, former.residual if former else None, scales, by, now, residual=True)
    if residual is not None:
        residual = residual.model_copy(update={"lower_than_gross": _is_lower(residual, gross, scales)})
    return content.model_copy(update={"gross": gross, "residual": residual})


def _rated(
    rating: Rating | None,
    former: Rating | None,
    scales: Mapping[ScaleVersion, Scale],
    by: str,
    now: datetime,
    *,
    residual: bool,
) -> Rating | None:
    if rating is None:
        return None
    if former is not None and _words(former) == _words(rating):
        return former
    scale = scales.get((rating.scale, rating.version))
    if scale is None:
        raise InvalidInput(reason="rating-scale")
    result = rate(scale, _calculation(scale, residual=residual), rating.values)
    computed = {
        "score": result.score,
        "level": result.level.name if result.level else None,
        "colour": result.level.colour if result.level else None,
        "rated_by": by,
        "rated_at": now,
        "lower_than_gross": None,
    }
    return rating.model_copy(update=computed)


def _words(rating: Rating) -> tuple[UUID, int, dict[str, str]]:
    return rating.scale, rating.version, rating.values


def _calculation(scale: Scale, *, residual: bool) -> Calculation | None:
    return scale.residual if residual else scale.gross


def _is_lower(residual: Rating, gross: Rating | None, scales: Mapping[ScaleVersion, Scale]) -> bool | None:
    """Whether measures are claimed to lower the risk; None where two ratings cannot be compared."""
    place = (residual.scale, residual.version)
    if gross is None or (gross.scale, gross.version) != place or place not in scales or residual.score is None:
        return None
    unprotected = without_measures(scales[place], gross.values)
    return is_lower(scales[place], residual.score, unprotected.score) if unprotected else None
