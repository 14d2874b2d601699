"""The commands' words, in the language of the person's environment."""

import os

from shared.language.catalogue import Catalogue, supported

_catalogue = Catalogue()


def language() -> str:
    """VIGIE_LANG, else the locale's language; French where neither says."""
    for variable in ("VIGIE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value and value.partition(".")[0] not in {"C", "POSIX"}:
            return supported(value)
    return supported("")


def text(key: str, **params: str | float) -> str:
    return _catalogue.text(language(), key, **params)
