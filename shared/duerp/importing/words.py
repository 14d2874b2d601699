"""Words of cells as they are compared."""

import re
from functools import lru_cache

from shared.language.folding import folded

_SPACE = re.compile(r"\s+")
_QUOTES = re.compile("[\u2019\u2018`\u00b4]")


@lru_cache(20_000)
def plain(text: str) -> str:
    """Return a text in small letters without accents, on one line, with straight apostrophes and plain hyphens."""
    words = _QUOTES.sub("'", folded(text)).replace("\u2013", "-").replace("\u2014", "-").replace("\u2011", "-")
    return _SPACE.sub(" ", words).strip()
