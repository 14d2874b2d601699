"""Annexes of articles, before their number (`annexe I à l'article R4312-1`) and behind it (`R. 4312-1, annexe I`)."""

from shared.references.model import Kind, Reference
from shared.references.numbers import Number, as_roman, lettered, roman
from shared.references.places import Places
from shared.references.tokens import HYPHEN

ANNEX_WORDS = frozenset(("annexe", "annexes", "annex", "anhang"))


def annex_at(places: Places, at: int) -> tuple[Reference, int] | None:
    """Return the annex that begins at a token, and the position behind it."""
    if places.word(at) not in ANNEX_WORDS:
        return None
    numeral, behind = _numeral(places, at + 1)
    start = places.behind_links(behind + (places.word(behind) in {"(", ":", HYPHEN}))
    behind_word = places.behind_article_word(start)
    start = start if behind_word is None else behind_word
    number = lettered(places.words, start) if start < len(places.words) else None
    name = f"Annexe {numeral}" if numeral else "Annexe"
    if number is None:
        return (places.reference(Kind.ARTICLE, (name,), name, at, behind), behind) if numeral else None
    name = f"{name} \u00e0 l'article {number.canonical}"
    end = number.end + (places.word(behind) == "(" and places.word(number.end) == ")")
    return places.reference(Kind.ARTICLE, (name,), name, at, end), end


def annex_behind(places: Places, at: int, number: Number) -> tuple[Reference, Number, int] | None:
    """Return the annex that is named behind its article's number: `R. 4312-1, annexe I`."""
    start = number.end + (places.word(number.end) in {",", "("})
    if not number.letter or places.word(start) not in ANNEX_WORDS:
        return None
    numeral, end = _numeral(places, start + 1)
    if not numeral:
        return None
    name = f"Annexe {numeral} \u00e0 l'article {number.canonical}"
    end += places.word(end) == ")"
    return places.reference(Kind.ARTICLE, (name,), name, at, end), number, end


def _numeral(places: Places, at: int) -> tuple[str, int]:
    word = places.word(at)
    if word.isdecimal() and (value := as_roman(int(word[:3]))):
        return value.upper(), at + 1
    return (word.upper(), at + 1) if roman(word) and places.words[at].is_capital else ("", at)
