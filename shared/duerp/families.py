"""Risk families of a research unit (risk_families.json): ids and labels."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class RiskFamily:
    """A family of risks; `label` by language."""

    id: str
    label: Mapping[str, str]


@cache
def risk_families() -> tuple[RiskFamily, ...]:
    """Return the shipped families, in the order in which they are shown."""
    data = json.loads(resources.files("shared.duerp").joinpath("risk_families.json").read_text(encoding="utf-8"))
    return tuple(RiskFamily(each["id"], each["label"]) for each in data["families"])


@cache
def family_labels(language: str) -> Mapping[str, str]:
    """Return the labels of the families by id, in the order in which they are shown.

    Args:
        language: of the catalogue (`fr`, `en`, `de`).
    """
    return MappingProxyType({family.id: family.label[language] for family in risk_families()})
