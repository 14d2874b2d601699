"""Words as people type and say them (telephone.toml), written out: `cest koi le delai pr le DU stp`, `on bosse`.

What the table has not is told by its shape: a word glued to the one before it (`jpeux`, `linterdire`, `kune`), `k` for
`qu`, a letter that lost its apostrophe or its `e` (`l azote`, `m donner`), an infinitive as it sounds (`droit de
touché`), a unit after a number (`40 kg`). A word that French has is left alone.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

from shared.language.folding import folded
from shared.language.spelling import is_french, times_known, vocabulary

_WORD = re.compile(
    r"(?<![\w'\u2019-])(?:(?P<named>(?:le|la|les|un|une|du|des|au|aux|ce|cette|mon|ma|notre)\s+)?)"
    r"(?P<word>[a-zéè]{1,7}|(?<!.)[A-Z][a-z]{3,6})(?![\w'\u2019-])"
)
"""Small letters alone: `PR` and `TS` are acronyms; so is what an article names (`le ds`).

A question's first word may have a capital (`Bosser tout seul`).
"""

_GLUED = re.compile(r"(?<![\w'\u2019-])[a-zà-ÿ]{4,}(?![\w'\u2019-])")
_BEFORE_VOWEL = re.compile(r"(qu|[ldjnmsct])(?=[aeiouyhàâéèêîôû])")
_LEAST_GLUED = 4
_LEAST_WRITTEN = 3
"""Words written out from which a question counts as typed on a telephone."""

_LEAST_TIMES = 3
"""Public texts that have a word that another one is glued to: a rare one is chance."""

_LETTER = re.compile(
    r"(?<![\w'\u2019-])(?P<before>[\w'\u2019]+ )?(?P<letter>[cdjlmnst]|(?:jus|lors|puis|quel)?qu) "
    r"(?=(?P<word>[a-zà-ÿ]+))"
)
_TURNED = re.compile(r"(?<=[a-z]) t (?=(?:ils?|elles?|on)(?!\w))")
_BY_LETTER = re.compile(
    r"\d|annexe |point |alinea |categorie |classe |groupe |type |niveau |vitamine |hepatite |au |le |la |un |lettre "
)
"""What stands before a letter that is a name or a unit: `hépatite c chez`, `5 l par jour`."""

_AS_SAID = {"c": "c'est", "qu": "que"} | {letter: f"{letter}e" for letter in "djlmnst"}
_NOT_BEHIND_C = frozenset(["de", "du", "des", "et", "ou"])
_VOWELS = frozenset("aeiouyh")
_HESITATION = re.compile(
    r"^(?:(?:all[oô]|oui|bonjour|bonsoir|euh+|ben|bah)(?!\w)[ ,.!]*){2,}|(?<!\w)(?:euh+|hein)(?!\w),? ?"
    r"|je (?:voudrais|voulais|veux) (?:juste )?savoir,? (?=pour )",
    re.IGNORECASE,
)
"""What is said before a question and within it, as speech is written down: `Allô, euh, oui bonjour, ...`."""

_HEARD = (
    (re.compile(r"(?<!\w)y (?=(?:doi|peu|ve|veu|fo|fau)[xt]?(?!\w))"), "il "),
    (re.compile(r"(?<=\w )ma (?=dit?(?!\w))"), "m'a "),
    (re.compile(r"(?<=[a-z]) til(?=s?(?!\w))"), "-il"),
    (re.compile(r"(?<!\w)es+ (?=(?:que|ke|k)(?!\w))"), "est-ce "),
    (re.compile(r"(?<![\w'.-])(?<!un )(?<!le )o (?=[a-zà-ÿ]{3,})"), "au "),
)
"""What is typed as another word that sounds alike: `y doi`, `on ma di`, `mal o dos`."""

_ACTING = (
    r"(?:je|tu|il|elle|on|nous|vous|ils|elles|me|te|lui|qui|ca|ça|chef|cheffe|patron|patronne|boss|employeur|direction)"
)
_INFINITIVE = re.compile(
    r"(?<!\w)((?:peu[xt]?|peuvent|veu[xt]|doi[st]|faut|pour|sans|(?:droit|force|besoin) de|vais|va|laisse)"
    r"(?:-(?:t-)?(?:il|elle|on|je))?\s+(?:(?:l[ae]s?|lui|leur|me|te|se|nous|vous|en|y)\s+|[lmst]')?)"
    r"([a-zà-ÿ]{2,})é(?!\w)"
)
_CAN = re.compile(r"(?<!\w)((?:on|il|elle|ça|ca|patron|chef)\s+)peu(?=\s+[a-zà-ÿ']+(?:er|ir|re|é)(?!\w))")
_ELISION = re.compile(r"(?<!\w)(j|m|t)e (?=[aeiouéêh])", re.IGNORECASE)
_UNIT = re.compile(
    r"(?<![\w.,-])(\d+(?:[.,]\d+)?)\s?(kgs?|kilos?|db|décibels?|degr[ée]s?|°c?|h|mn|min|m|cm)(?!\w)", re.IGNORECASE
)
_UNITS = {
    "k": "kilogrammes", "d": "décibels", "°": "degrés", "h": "heures", "mn": "minutes", "min": "minutes", "m": "mètres",
    "cm": "centimètres", **dict.fromkeys(("degre", "degres", "degré", "degrés"), "degrés"),
}  # fmt: skip


def written_out(question: str) -> str:
    """Return a question with its shortened words written out, and without those of politeness."""
    heard = _HESITATION.sub("", " ".join(question.split()))
    for pattern, meant in _HEARD:
        heard = pattern.sub(meant, heard)
    heard = _LETTER.sub(_lettered, _TURNED.sub("-t-", heard))
    found = " ".join(_WORD.sub(_whole, heard).split())
    found = _acting().sub(_verb, _CAN.sub(r"\1peut", _GLUED.sub(_parted, found)))
    found = _UNIT.sub(_with_unit, _INFINITIVE.sub(_infinitive, found))
    return found if found and found != " ".join(question.split()) else question


def is_typed(question: str) -> bool:
    """Return whether so many words are shortened that what nobody knows is more likely typed than meant."""
    return len({*written_out(question).lower().split()} - {*question.lower().split()}) >= _LEAST_WRITTEN


def _whole(match: re.Match[str]) -> str:
    word = match["word"]
    found = None if match["named"] else _table("words").get(word.lower())
    found = _table("nouns").get(word.lower(), found)
    if found is None:
        return match[0]
    return (match["named"] or "") + (found.capitalize() if word[0].isupper() else found)


def _lettered(match: re.Match[str]) -> str:
    """Return a letter that stands alone with its apostrophe, or with the `e` that nobody says."""
    before, letter, word = match["before"] or "", match["letter"], match["word"]
    by_letter = _BY_LETTER.match(folded(before)) is not None
    if by_letter or (letter == "c" and word in _NOT_BEHIND_C) or (len(word) == 1 and word not in "ay"):
        return match[0]
    if folded(word)[0] in _VOWELS and (letter != "c" or word[0] in "eéê"):
        return f"{before}{letter}'"
    return f"{before}{_AS_SAID[letter]} " if letter in _AS_SAID else match[0]


def _parted(match: re.Match[str]) -> str:
    """Return a word that French has not as the two that it is glued of, or with `qu` for its `k`; else as it is."""
    word = match[0]
    if is_french(folded(word)) or vocabulary().knows(word):
        return word
    if spelled := next((each for each, least in _spellings(word) if times_known(folded(each)) >= least), None):
        return spelled
    if word[0] == "k" and word[1] in _VOWELS and _is_frequent(word[1:]):
        return f"qu'{word[1:]}"
    pronoun, rest = word[0], word[1:]
    if pronoun == "j" and rest in _table("verbs_of_je"):
        return f"je {_table('verbs_of_je')[rest]}"
    elided = _BEFORE_VOWEL.match(word)
    if elided and len(word) - elided.end() >= _LEAST_GLUED and _is_frequent(rest := word[elided.end() :]):
        return f"{elided[1]}'{rest}"
    return word


def _spellings(word: str) -> Iterator[tuple[str, int]]:
    """Generate what a word may be as it sounds, and in how many public texts that must stand."""
    if word.endswith("k"):
        yield f"{word[:-1]}que", _LEAST_TIMES
    if "k" in word:
        yield from ((word.replace("k", each), _LEAST_TIMES) for each in ("qu", "c"))
    if word.endswith("o"):
        yield f"{word[:-1]}eau", 1


def _is_frequent(word: str) -> bool:
    return times_known(folded(word)) >= _LEAST_TIMES


def _verb(match: re.Match[str]) -> str:
    """Return a verb in the law's word for it: as a noun it is another thing (`forces armées`)."""
    return _ELISION.sub(r"\1'", f"{match['who']} {_table('verbs')[match['verb'].lower()]}")


def _infinitive(match: re.Match[str]) -> str:
    written, meant = f"{match[2]}é", f"{match[2]}er"
    known = vocabulary().times
    return match[1] + (meant if known.get(meant, 0) > known.get(written, 0) else written)


def _with_unit(match: re.Match[str]) -> str:
    unit = match[2].lower()
    return f"{match[1]} {_UNITS.get(unit) or _UNITS[unit[0]]}"


@cache
def _acting() -> re.Pattern[str]:
    """Return what finds a verb of the table behind a pronoun or somebody who acts."""
    verbs = "|".join(sorted(_table("verbs"), key=len, reverse=True))
    return re.compile(rf"(?<![\w'\u2019-])(?P<who>{_ACTING}) (?P<verb>{verbs})(?![\w'\u2019-])", re.IGNORECASE)


@cache
def _table(name: str) -> Mapping[str, str]:
    text = resources.files("shared.language").joinpath("telephone.toml").read_text(encoding="utf-8")
    words: Mapping[str, str] = tomllib.loads(text)[name]
    return words
