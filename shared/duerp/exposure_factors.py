"""The exposure factors of L4161-1 (exposure_factors.toml), and the risk families that they belong to."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from shared.language.folding import folded


@cache
def exposure_factors() -> Mapping[str, frozenset[str]]:
    """Return the families by factor, in the order of the law."""
    return MappingProxyType({name: frozenset(each["families"]) for name, each in _data().items()})


def factors_of(risks: Iterable[tuple[str, str]]) -> list[str]:
    """Return the factors that risks are about, in the order of the law.

    Args:
        risks: family and words of each: of the factors of a family some are told by their words alone.
    """
    told = {factor for family, text in risks for factor in _factors_of_one(family, text)}
    return [name for name in exposure_factors() if name in told]


def threshold_of(factor: str, language: str) -> str:
    """Return the threshold of D4163-2 in words; "" for a factor that has none."""
    return str(_data()[factor].get("threshold", {}).get(language, ""))


def _factors_of_one(family: str, text: str) -> list[str]:
    possible = [name for name, families in exposure_factors().items() if family in families]
    words = folded(text)
    told = [name for name in possible if (pattern := _words_of(name)) and pattern.search(words)]
    return told or [name for name in possible if _words_of(name) is None]


@cache
def _words_of(factor: str) -> re.Pattern[str] | None:
    patterns = _data()[factor].get("words")
    return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(patterns)})(?![a-z])") if patterns else None


@cache
def _data() -> Mapping[str, Any]:
    text = resources.files("shared.duerp").joinpath("exposure_factors.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
