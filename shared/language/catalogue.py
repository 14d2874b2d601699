"""Texts for people by language: a TOML file a language in catalogues/, with dotted keys and named fields."""

import tomllib
from functools import cache, lru_cache
from importlib import resources
from typing import Any

LANGUAGES = ("fr", "en", "de")
DEFAULT = "fr"


class Catalogue:
    """Looks texts up; an unknown language falls back to French."""

    def text(self, language: str, key: str, **params: str | float) -> str:
        """Return the text of `key` with its `{fields}` filled from `params`, missing ones by an ellipsis.

        Raises:
            KeyError: the catalogue has no such key.
        """
        template = _load(supported(language))[key]
        return template if "{" not in template and "}" not in template else template.format_map(_Fields(params))

    def has(self, key: str) -> bool:
        return key in _load(DEFAULT)


class _Fields(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


@lru_cache(maxsize=64)
def supported(language: str) -> str:
    """Return the language of the catalogue for a tag such as `de-CH`; French for an unknown one."""
    primary = language.replace("_", "-").partition("-")[0].lower()
    return primary if primary in LANGUAGES else DEFAULT


def preferred(accept_language: str) -> str:
    """Return the preferred language of an Accept-Language header that has a catalogue (RFC 9110, 12.5.4)."""
    ranked: list[tuple[float, str]] = []
    for item in accept_language.split(","):
        tag, _, weight = item.strip().partition(";q=")
        try:
            ranked.append((float(weight or 1), tag.strip().split("-")[0].lower()))
        except ValueError:
            continue
    ranked.sort(key=lambda pair: -pair[0])
    return next((tag for _, tag in ranked if tag in LANGUAGES), DEFAULT)


@cache
def _load(language: str) -> dict[str, str]:
    text = resources.files("shared.language.catalogues").joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return dict(_flatten(tomllib.loads(text), ""))


def _flatten(table: dict[str, Any], prefix: str) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for name, value in table.items():
        key = f"{prefix}{name}"
        rows.extend(_flatten(value, f"{key}.") if isinstance(value, dict) else [(key, str(value))])
    return rows
