"""Words as they are compared: small letters without accents."""

import re
import unicodedata

_ACCENTS = re.compile(r"[\u0300-\u036f]+")


def folded(text: str) -> str:
    """Return a text in small letters without accents; ligatures apart (`œuvre`, `oeuvre`)."""
    lowered = text.lower().replace("œ", "oe").replace("æ", "ae")
    return lowered if lowered.isascii() else _ACCENTS.sub("", unicodedata.normalize("NFD", lowered))
