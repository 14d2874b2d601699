"""The exposure factors of L4161-1 (exposure_factors.toml), and the risk families that they belong to."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType


@cache
def exposure_factors() -> Mapping[str, frozenset[str]]:
    """Return the families by factor, in the order of the law."""
    data = tomllib.loads(resources.files("shared.duerp").joinpath("exposure_factors.toml").read_text(encoding="utf-8"))
    return MappingProxyType({name: frozenset(each["families"]) for name, each in data.items()})


def factors_of(families: Iterable[str]) -> list[str]:
    """Return the factors whose effects measures for these families may prevent."""
    there = frozenset(families)
    return [name for name, wanted in exposure_factors().items() if wanted & there]
