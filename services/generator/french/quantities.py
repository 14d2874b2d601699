"""Numbers with their units, in French: `douze heures` and `12 h` are the same, `12 jours` is not. Pure."""

import re
from dataclasses import dataclass

from shared.language.folding import folded
from shared.references import without_references

_WORDS = {
    word: number
    for number, words in {
        2: "deux", 3: "trois", 4: "quatre", 5: "cinq", 6: "six", 7: "sept", 8: "huit", 9: "neuf", 10: "dix",
        11: "onze", 12: "douze", 13: "treize", 14: "quatorze", 15: "quinze", 16: "seize", 20: "vingt", 30: "trente",
        40: "quarante", 50: "cinquante", 60: "soixante", 100: "cent cents", 1000: "mille",
    }.items()
    for word in words.split()
}  # fmt: skip
_TENS_FROM, _HUNDRED, _THOUSAND = 20, 100, 1000

_UNITS = {
    spelling: unit
    for unit, spellings in {
        "s": "s seconde secondes", "min": "min mn minute minutes", "h": "h heure heures", "d": "j jour jours",
        "week": "semaine semaines", "month": "mois", "year": "an ans annee annees", "%": "% pourcent",
        "dB": "db decibel decibels", "°C": "°c degre degres", "mg/m3": "mg/m3 mg/m³", "ppm": "ppm", "mSv": "msv",
        "mGy": "mgy", "Sv": "sv", "Bq": "bq", "m": "m metre metres", "cm": "cm", "mm": "mm", "km": "km", "m2": "m2 m²",
        "m3": "m3 m³", "m/s": "m/s", "km/h": "km/h", "kg": "kg kilo kilos kilogrammes", "g": "g gramme grammes",
        "mg": "mg", "l": "l litre litres", "ml": "ml", "V": "v volt volts", "A": "a ampere amperes", "bar": "bar bars",
        "nm": "nm", "Hz": "hz", "lux": "lux", "EUR": "€ euro euros", "fois": "fois",
    }.items()
    for spelling in spellings.split()
}  # fmt: skip

_PERIODS = (
    (re.compile(r"\b(?:une fois par an|par an|chaque annee|tous les ans|annuel(?:le)?s?|annuellement)\b"), "year", 1),
    (re.compile(r"\b(?:chaque mois|par mois|tous les mois|mensuel(?:le)?s?|mensuellement)\b"), "month", 1),
    (re.compile(r"\b(?:chaque trimestre|trimestriel(?:le)?s?|trimestriellement)\b"), "month", 3),
    (re.compile(r"\b(?:chaque semestre|semestriel(?:le)?s?|semestriellement)\b"), "month", 6),
    (re.compile(r"\b(?:chaque semaine|par semaine|toutes les semaines|hebdomadaires?)\b"), "week", 1),
    (re.compile(r"\b(?:chaque jour|par jour|tous les jours|journalieres?|journaliers?)\b"), "d", 1),
)
"""What names a period; `quotidien` is left out, since `exposition quotidienne` is a quantity of its own."""

_ONE = re.compile(
    r"\b(?:d'un|de l'un|un|une|dans le|dans la|dans l')\s*\b(seconde|minute|heure|jour|semaine|mois|an|annee)\b"
)
_NUMBER = re.compile(r"(?<![\w.,-])(\d{1,3}(?:[ \u00a0\u202f.]\d{3})+(?!\d)|\d+)([.,]\d+)?(?!\w*-\d)")
_TOKEN = re.compile(r"\s*(%|€|°c|m[²³]|[a-z]+(?:/[a-z]+[²³\d]?)?\d?)")
ANY_NUMBER = "|".join(sorted(_WORDS, key=len, reverse=True))
"""Numbers in words, as alternatives of a regular expression."""
_WORD_NUMBER = re.compile(rf"\b(?:{ANY_NUMBER})(?:[\s-](?:et[\s-])?(?:{ANY_NUMBER}|un))*\b")
_AT_LEAST = re.compile(
    r"(?:au moins|au minimum|minimum de|pas moins de|au dela de|plus de|depass\w+|superieure?s? a)"
    r"\s*(?:tou\w+ les\s*)?$"
)
_AT_MOST = re.compile(
    r"(?:au plus|au maximum|maximum de|jusqu'a|pas plus de|moins de|inferieure?s? a|au plus tard|sous)"
    r"\s*(?:tou\w+ les\s*)?$"
)
_LIST_MARK = re.compile(r"\b\d{1,2}\s?[\u00b0\u00ba](?!\s?c\b)")
_REACH = 28


@dataclass(frozen=True, slots=True)
class Quantity:
    """`unit` is "" where none is known; `bound` is ">" or "<" where the text says at least or at most."""

    value: float
    unit: str
    bound: str = ""

    def fits(self, other: "Quantity") -> bool:
        """Whether both may be the same: value and unit are, and they are not bounds of opposite sense."""
        same = self.value == other.value and self.unit == other.unit
        return same and not (self.bound and other.bound and self.bound != other.bound)


def quantities(text: str) -> list[Quantity]:
    """All of a text, but for the numbers of articles."""
    plain = folded(without_references(text)).replace("\u2019", "'")
    plain = _LIST_MARK.sub(" ", plain)
    found = []
    for period, unit, value in _PERIODS:
        plain, count = period.subn(" ", plain)
        found += [Quantity(value, unit)] * bool(count)
    plain = _ONE.sub(r"1 \1", plain)
    plain = _WORD_NUMBER.sub(lambda words: f"{_value(words.group())}", plain)
    found += [_quantity(plain, match) for match in _NUMBER.finditer(plain)]
    return found


def _quantity(text: str, match: re.Match[str]) -> Quantity:
    whole = re.sub(r"\D", "", match[1])
    value = float(whole + (match[2] or "").replace(",", "."))
    token = _TOKEN.match(text, match.end())
    unit = _UNITS.get(token[1], "") if token else ""
    before = text[max(0, match.start() - _REACH) : match.start()]
    bound = ">" if _AT_LEAST.search(before) else "<" if _AT_MOST.search(before) else ""
    return Quantity(value, unit, bound)


def _value(words: str) -> int:
    """`quatre-vingt-dix`, `quatre cents`, `cinquante et un`."""
    total = current = 0
    for word in re.split(r"[\s-]+", words):
        number = 1 if word == "un" else _WORDS.get(word, 0)
        if number == _THOUSAND:
            total, current = total + max(current, 1) * number, 0
        elif number == _HUNDRED or (number == _TENS_FROM and current == 4):  # noqa: PLR2004 (quatre-vingts)
            current = max(current, 1) * number
        else:
            current += number
    return total + current
