"""The words of a question that carry meaning, and how much of them a text has. Pure; French stems.

Accents are folded before stemming, so that `évalué`, `evalue` and `ÉVALUER` meet; both sides are treated alike.
"""

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from threading import local

import snowballstemmer

from shared.language.folding import folded
from shared.references import period_of, references_of, without_references

_WORD = re.compile(r"[^\W_]+")
_OF_THREAD = local()
"""A stemmer keeps the word it works on: each thread has its own."""

_MOST_STEMS = 65_536
"""Stems kept in memory: the whole Code du travail has some 15,000 different words."""

_MOST_TEXTS = 2_048
"""Texts whose stems are kept in memory: one request asks for the same passages several times; some 10 KB each."""

STOP_WORDS = frozenset(
    """a afin ai ainsi alors apres as au aucun aucune aussi autre autres aux avant avec avez avoir avons ayant
    bien c ca car cas ce ceci cela celle celles celui cependant certain certaine certains certaines ces cet
    cette ceux chacun chaque chez ci comme comment d dans de deja depuis des dit dites doit doivent donc
    dont du elle elles en encore entre es est et etaient etait etant etc ete etes etre eu eux explique fait
    faire fais faites faut il ils j je jusqu jusque l la laquelle le lequel les lesquelles lesquels leur
    leurs lors lorsqu lorsque lui m ma mais me meme memes mes moi mon n ne ni nos notre nous on ont or ou
    par parce pas pendant peut peuvent peux plus pour pourquoi prevoit prevoient qu quand que quel quelle
    quelles quels qui quoi s sa sans se selon sera seront ses si sinon soi soient soit son sont sous sur t
    ta tandis te tel telle telles tels tes toi ton tous tout toute toutes tres tu un une vers via voici
    voila vos votre vous y""".split()  # noqa: SIM905 - words, not code
)
"""Folded French words without content of their own, question words and `doit-on`, `peut-on`, `faut-il` among them."""

_ABOUT_ARTICLES = frozenset(
    {
        "art",
        "article",
        "articles",
        "cite",
        "code",
        "contenu",
        "contient",
        "contenir",
        "dispose",
        "dispositions",
        "enonce",
    }
    | {"quoi", "parle", "resume", "texte", "travail", "chapitre", "section", "alinea", "annexe", "version", "vigueur"}
    | {"disait", "disent", "disaient", "dire", "prevoyait", "montre", "donne", "affiche", "lis", "cite", "citer"}
    | {"redaction", "applicable", "annee", "entre"}
)
"""Words of `Que dit l'article R. 4412-16 du code du travail ?` that ask for the article and for nothing more."""


@lru_cache(maxsize=_MOST_STEMS)
def _stem(word: str) -> str:
    if not hasattr(_OF_THREAD, "stemmer"):
        _OF_THREAD.stemmer = snowballstemmer.stemmer("french")
    return str(_OF_THREAD.stemmer.stemWord(word))


def _content_words(text: str) -> list[str]:
    return [
        word for word in _WORD.findall(folded(text)) if word not in STOP_WORDS and (len(word) > 1 or word.isdigit())
    ]


@lru_cache(maxsize=_MOST_TEXTS)
def stems(text: str) -> frozenset[str]:
    """The stems of a text's content words."""
    return frozenset(_stem(word) for word in _content_words(text))


def asks_only_for_articles(question: str) -> bool:
    """Whether a question names articles and says nothing else: `R. 4412-16`, `Que dit l'article R. 4412-16 ?`."""
    if not references_of(question):
        return False
    period = period_of(question)
    words = without_references(question.replace(period.words, " ") if period else question)
    return all(word in _ABOUT_ARTICLES for word in _content_words(words))


def rarity(wanted: Iterable[str], texts: Sequence[Collection[str]]) -> dict[str, float]:
    """How much each stem tells apart among the retrieved texts: BM25's inverse document frequency over them.

    A stem that no text has weighs most: an answer to another question is recognised by what it lacks.
    """
    count = len(texts)
    frequencies = {stem: sum(stem in text for text in texts) for stem in wanted}
    return {stem: math.log1p((count - found + 0.5) / (found + 0.5)) for stem, found in frequencies.items()}


def coverage(weights: Mapping[str, float], text: Collection[str]) -> float:
    """The share of the question's weight that a text has, 0..1."""
    total = sum(weights.values())
    return sum(weight for stem, weight in weights.items() if stem in text) / total if total else 0.0
