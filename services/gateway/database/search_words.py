"""Words as people search for them: in any case, with or without accents, œ as oe."""

import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "\u2019": "'"})


def folded(text: str) -> str:
    """The text without what a search does not heed."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return "".join(character for character in plain if not unicodedata.combining(character))


def words_of(search: str) -> tuple[str, ...]:
    return tuple(folded(search).split())
