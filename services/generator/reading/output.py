"""Parses what a model read: the risks that validate, and how many did not. Pure."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.contracts.descriptions import MOST_HAZARD_CHARS, MOST_LINES, ReadRisk
from shared.duerp.families import risk_families

LONGEST_OUTPUT = 40_000
"""Characters that are kept of a model that runs on."""

_ITEM = re.compile(r"\{[^{}]*\}")
"""An item of a list that was cut at the longest output: those before the cut are whole."""


class _Written(BaseModel):
    """An item as it has to be written: no other field, no number in quotes."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    clause: int = Field(ge=1)
    family: str
    hazard: str = Field(min_length=2, max_length=MOST_HAZARD_CHARS)


@dataclass(frozen=True, slots=True)
class Output:
    """Risks in the order in which a model wrote them, the first of each family, and how many items were dropped."""

    risks: tuple[ReadRisk, ...]
    dropped: int


def parsed(text: str, clauses: int) -> Output | None:
    """Return what validates: a known family, a clause that was shown, a hazard in words; None where there is no list.

    Args:
        clauses: how many the model was shown.
    """
    items = _items(text)
    if items is None:
        return None
    families = {family.id for family in risk_families()}
    kept: dict[str, ReadRisk] = {}
    dropped = 0
    for item in items:
        risk = _risk(item)
        if risk is None or risk.family not in families or risk.clause > clauses or len(kept) == MOST_LINES:
            dropped += 1
        else:
            kept.setdefault(risk.family, risk)
    return Output(tuple(kept.values()), dropped)


def _items(text: str) -> Sequence[object] | None:
    try:
        told = json.loads(text[text.find("{") : text.rfind("}") + 1])
    except (ValueError, RecursionError):
        _, found, rest = text.partition('"risks"')
        return [_loaded(each) for each in _ITEM.findall(rest)] if found else None
    items = told.get("risks") if isinstance(told, dict) else None
    return items if isinstance(items, list) else None


def _loaded(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _risk(item: object) -> ReadRisk | None:
    try:
        written = _Written.model_validate(item)
    except ValidationError:
        return None
    hazard = " ".join(written.hazard.split())
    if not any(map(str.isalpha, hazard)):
        return None
    return ReadRisk(clause=written.clause, family=written.family, hazard=hazard)
