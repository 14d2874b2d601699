"""The commands' words, in the language of the person's environment."""

import os

from shared.language.catalogue import Catalogue, supported
from shared.language.names import one_line

_catalogue = Catalogue()


def language() -> str:
    """VIGIE_LANG, else the locale's language; French where neither says."""
    for variable in ("VIGIE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value and value.partition(".")[0] not in {"C", "POSIX"}:
            return supported(value)
    return supported("")


def text(key: str, **params: str | float) -> str:
    """Return a sentence; names in it are of one line, without what a terminal would act on (S22)."""
    shown = {name: one_line(value) if isinstance(value, str) else value for name, value in params.items()}
    return _catalogue.text(language(), key, **shown)
