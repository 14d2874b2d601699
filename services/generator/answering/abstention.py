"""Decides whether the evidence can answer the question. Pure.

A calibrated probability that the passages answer, from the best cosines, from whether the question has words of the
domain, and from whether it asks for one unit's own facts. The weights, the domain's words and the threshold are data
(calibration.json), fitted by lab/abstention/calibrate.py. Rules come first: an article that was asked for and found is
always shown, one that was asked for and not found is never replaced by its neighbours, and passages without one word of
the question answer nothing.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from services.generator.answering.asked_articles import Missing, is_asked_for, missing_articles
from services.generator.answering.calibration import Calibration, Signals
from services.generator.french.terms import asks_only_for_articles, stems
from services.generator.grounding.sources import Source
from shared.access import PUBLIC
from shared.contracts.passages import Passage
from shared.language.folding import folded
from shared.language.understanding import understood
from shared.references import article_references, references_of

_CLOSE = 3
"""Passages whose mean cosine tells whether several agree."""

_MANY = 2
"""Words of the domain beyond which more say no more."""

_PARTICULAR = re.compile(
    r"""\bou\s+(?:est|sont|se\s+trouve(?:nt)?|range|ranger|trouver)\b
    |\b(?:qui|quand|combien|ou|quel|quelle|quels|quelles)\b.*
        \b(?:notre|nos|chez\s+nous|avons[\s-]nous|a[\s-]t[\s-]on\s+eue?s?|a[\s-]t[\s-](?:il|elle)\s+ete)\b
    |\bqui\s+(?:a|ont)\s+(?!le\s+droit)|\bqui\s+(?:est|sont)\s+(?:le|la|les)\b.*\b(?:batiment|salle|etage|site)
    |\bquand\s+(?:a|ont|est|avons)\b
    |\bdans\s+quel(?:le)?s?\s+(?:armoire|bureau|salle|batiment|piece|etage|couloir|placard)s?\b
    |\b(?:batiment|salle|bureau|etage|hall|porte|piece)\s+(?:[a-z]|\d+\w?)(?:\s*\?|$|\s+(?!la\b))
    |\b(?:numero\s+de\s+telephone|code\s+d\W?acces|mot\s+de\s+passe|adresse\s+mail)\b""",
    re.VERBOSE,
)
"""Questions for one unit's own facts (`Où est la clé ?`, `la salle 214`), folded. Public law cannot know them."""


@dataclass(frozen=True, slots=True)
class Abstention:
    """Why there is no answer.

    Attributes:
        passages: how many were looked at.
        missing: articles that the question names and that are not there, if that is why.
    """

    passages: int
    missing: tuple[Missing, ...] = ()

    @property
    def sentences(self) -> list[tuple[str, dict[str, str | int]]]:
        """Keys of its sentences in the catalogues, with their values."""
        named: list[tuple[str, dict[str, str | int]]] = [(each.key, each.params) for each in self.missing]
        return named or [("answers.abstained", {"count": self.passages})]


def signals_of(question: str, sources: Sequence[Source], vocabulary: Collection[str]) -> Signals:
    """Return the signals of a question and its evidence, for the calibrated probability.

    Args:
        vocabulary: stems of the domain's words.
    """
    closest = sorted(sources, key=lambda source: -(source.evidence.dense or 0.0))[:_CLOSE]
    cosines = [source.evidence.dense for source in closest if source.evidence.dense is not None]
    of_units = any(source.passage.scope != PUBLIC for source in closest)
    named = sum(stem in vocabulary for stem in stems(understood(question)))
    return Signals(
        dense=cosines[0] if cosines else None,
        close=sum(cosines) / len(cosines) if cosines else None,
        domain=None if of_units else min(named, _MANY) / _MANY,
        particular=float(not of_units and _PARTICULAR.search(folded(question)) is not None),
    )


def abstains_by_rule(question: str, sources: Sequence[Source], language: str = "fr") -> bool | None:
    """Apply the rules: True abstains, False answers, None leaves it to the calibrated probability.

    Args:
        language: of the question; only a French one is expected to share words with the passages.
    """
    asked = [name for each in references_of(question) for name in (each.name, *each.numbers)]
    if any(source.evidence.exact or is_asked_for(question, source) for source in sources):
        return False
    if asked and (asks_only_for_articles(question) or not any(_mentions(asked, source) for source in sources)):
        return True
    strangers = language == "fr" and not any(_share_words(question, source.passage) for source in sources)
    return True if strangers or not sources else None


def why_abstain(
    question: str, sources: Sequence[Source], calibration: Calibration, language: str = "fr"
) -> Abstention | None:
    """Return why this evidence may not be answered from; None when it may."""
    rule = abstains_by_rule(question, sources, language)
    if rule:
        return Abstention(len(sources), tuple(missing_articles(question, ())))
    if (
        rule is None
        and calibration.probability(signals_of(question, sources, calibration.vocabulary)) < calibration.threshold
    ):
        return Abstention(len(sources))
    return None


def _share_words(question: str, passage: Passage) -> bool:
    led = (*passage.questions, *passage.terms)  # everyday words for what the law says in its own
    texts = (passage.text, " ".join((passage.title, *passage.headings, *led)))
    return any(not stems(understood(question)).isdisjoint(stems(text)) for text in texts)


def _mentions(asked: Collection[str], source: Source) -> bool:
    return not set(asked).isdisjoint(article_references(source.passage.text))
