"""The language of a short text, among those that have a catalogue: told by its function words. Pure."""

import re

from shared.language.folding import folded

_WORDS = {
    "fr": """le la les l un une des du de d et est sont que qui quoi quel quelle quels quelles qu où ou quand comment
        combien pourquoi faut doit doivent peut dans pour sur avec sans par au aux ce cette ces je nous vous il elle on
        mon notre votre son sa ses ne pas plus à a y en se s c j merci bonjour bonsoir""",
    "en": """the a an of and is are what which who when where how why must should may can does do did in for on with
        without by at this that these those i we you it they my our your not to from be been has have if or
        often many long much thanks thank hello about""",
    "de": """der die das den dem des ein eine einen einem einer und ist sind was wer wie wann wo warum welche welcher
        welches muss müssen darf dürfen kann können soll in für auf mit ohne durch von zu im am bei nicht kein keine
        ich wir sie es er mein unser wird werden hat haben wenn oder oft viele viel lange danke hallo""",
}
_KNOWN = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_FOLDED = {language: frozenset(map(folded, words)) for language, words in _KNOWN.items()}
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = {"fr": re.compile(r"[éèêàâîôçœ]"), "de": re.compile(r"[äöüß]")}


def language_of_text(text: str) -> str | None:
    """Return the language whose words a text has most of; None where it has as many of another, or none at all."""
    words = _WORD.findall(text.lower())
    scores = {language: float(sum(word in known for word in words)) for language, known in _KNOWN.items()}
    for language, letters in _LETTERS.items():
        scores[language] += 0.5 * bool(letters.search(text.lower()))
    best, second = sorted(scores, key=lambda language: -scores[language])[:2]
    return best if scores[best] > scores[second] else None


def is_function_word(word: str, language: str) -> bool:
    """Return whether a word, in small letters with or without accents, is one that every text has."""
    return word in _FOLDED.get(language, ())
