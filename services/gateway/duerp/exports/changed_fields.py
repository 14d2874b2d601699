"""What a field of an entry was and is, in words for whoever is asked again: ratings, measures, days, costs. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.gateway.duerp.exports.wording import Wording
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.lines import ExistingMeasure
from shared.http_api.duerp.programme import ActionStatus, Closing
from shared.http_api.duerp.scales import Rating, Scale

_FIRST = ("family", "name", "description", "hazard", "situation", "harm", "what", "gross", "residual", "measures",
          "status", "responsible", "start", "due", "done_on", "cost", "spent", "rank", "conditions", "resources",
          "indicator", "effect", "not_done_because", "closed", "sex_difference", "articles", "comment")  # fmt: skip
"""Fields that are told, in this order; the others are told to have changed."""

_OF_EXPORTS = {
    "gross": "gross", "residual": "residual", "measures": "measures", "articles": "articles", "closed": "closed-entry",
    "status": "status-of-action", "cost": "cost", "spent": "spent", "rank": "prevention-rank", "due": "due-on",
    "conditions": "conditions-alone", "resources": "resources-alone", "not_done_because": "not-done",
}  # fmt: skip
"""Fields whose name is a word of exports; the others are called as on the pages."""

_ARROW = " \N{RIGHTWARDS ARROW} "
_NONE = "-"


class ChangedFields:
    """Tells changed fields of entries.

    Args:
        scales: of the unit, then and now: names of the axes that ratings are on.
        families: labels of risk families by id.
    """

    def __init__(self, say: Wording, scales: Mapping[UUID, Scale], families: Mapping[str, str]) -> None:
        self._say = say
        self._scales = scales
        self._families = families

    def told(self, before: Content, now: Content) -> Iterator[str]:
        """Yield what each changed field was and is; the fields without words of their own last, in one."""
        fields = [name for name in type(now).model_fields if getattr(before, name, None) != getattr(now, name)]
        for name in _FIRST:
            if name in fields:
                yield self._change(name, getattr(before, name, None), getattr(now, name))
        if set(fields) - set(_FIRST):
            yield self._say("changed-others")

    def _change(self, name: str, before: object, now: object) -> str:
        label = self._label(name)
        if name == "measures":
            changes = self._measures(_measures_of(before), _measures_of(now))
            return "\n".join(self._say.labelled(label, each) for each in changes)
        return self._say.labelled(label, f"{self._shown(name, before)}{_ARROW}{self._shown(name, now)}")

    def _label(self, name: str) -> str:
        return self._say(_OF_EXPORTS[name]) if name in _OF_EXPORTS else self._say.field(name)

    def _measures(self, old: Mapping[str, ExistingMeasure], new: Mapping[str, ExistingMeasure]) -> Iterator[str]:
        """Yield measures that are gone, new, or proved and checked otherwise."""
        for what in (each for each in old if each not in new):
            yield self._say("changed-measure-gone", what=what)
        for what, each in new.items():
            if what not in old:
                yield self._say("changed-measure-new", what=self._say.measure(each))
            elif each != old[what]:
                yield f"{self._say.measure(old[what])}{_ARROW}{self._say.measure(each)}"

    def _shown(self, name: str, value: object) -> str:
        match value:
            case Rating():
                scale = self._scales.get(value.scale)
                shown = self._say.rating(value, scale.axes if scale else ()).replace("\n", ", ")
            case ActionStatus():
                shown = self._say(f"action-status.{value.value}")
            case Closing():
                shown = self._say.labelled(self._say.day(value.on), value.reason)
            case date():
                shown = self._say.day(value)
            case Decimal():
                shown = self._say("euros", amount=self._say.amount(value))
            case int() if name == "rank":
                shown = self._say.rank(value)
            case list():
                shown = ", ".join(map(str, value))
            case _:
                said = str(value or "")
                shown = self._families.get(said, said) if name == "family" else said
        return shown or _NONE


def _measures_of(value: object) -> Mapping[str, ExistingMeasure]:
    """Return measures by their words."""
    return {each.what: each for each in value if isinstance(each, ExistingMeasure)} if isinstance(value, list) else {}
