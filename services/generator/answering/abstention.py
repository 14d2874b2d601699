"""Decides whether the evidence can answer the question, and says what was not found. Pure.

A calibrated probability that the passages answer (signals.py), whose weights and threshold are data (calibration.json),
fitted by lab/abstention/calibrate.py. Rules come first: an article that was asked for and found is always shown, one
that was asked for and not found is never replaced by its neighbours, and passages without one word of the question
answer nothing.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from services.generator.answering.asked_articles import Missing, is_asked_for, missing_articles
from services.generator.answering.calibration import Calibration
from services.generator.answering.elsewhere import Elsewhere, elsewhere, is_of_another_law
from services.generator.answering.read_question import FRENCH, ReadQuestion
from services.generator.answering.signals import signals_of, words_of
from services.generator.french.public_words import total
from services.generator.french.terms import asks_only_for_articles, stems
from services.generator.grounding.sources import Source
from shared.access import PUBLIC
from shared.contracts.passages import Origin
from shared.language.spelling import WORD
from shared.references import article_references, references_of

_NUMBERED = re.compile(r"^\s*[\w-]*section\s+\w+\s*:\s*", re.IGNORECASE)
"""What a heading of a code begins with: `Sous-section 2 : `."""

_MOST_WORDS = 3
"""Words of the question that an abstention names as not found."""

_LEAST_LETTERS = 4
_MOST_INSTEAD = 2
"""Texts that an abstention names."""


@dataclass(frozen=True, slots=True)
class Abstention:
    """Why there is no answer.

    Attributes:
        passages: how many were looked at.
        missing: articles that the question names and that are not there, if that is why.
        words: of the question, that none of the passages has.
        nearest: the public passage that is nearest, as it is named to people; "" for none.
        instead: what would answer, where that is known.
    """

    passages: int
    missing: tuple[Missing, ...] = ()
    words: tuple[str, ...] = ()
    nearest: str = ""
    instead: tuple[Elsewhere, ...] = ()

    @property
    def sentences(self) -> list[tuple[str, dict[str, str | int]]]:
        """Keys of its sentences in the catalogues, with their values."""
        if self.missing:
            return [(each.key, each.params) for each in self.missing]
        said: list[tuple[str, dict[str, str | int]]] = [("answers.abstained", {"count": self.passages})]
        if self.words:
            said.append(("answers.words-not-found", {"words": ", ".join(self.words)}))
        if self.nearest:
            said.append(("answers.nearest", {"passage": self.nearest}))
        return said + [each.sentence for each in self.instead]


def abstains_by_rule(question: ReadQuestion, sources: Sequence[Source]) -> bool | None:
    """Apply the rules: True abstains, False answers, None leaves it to the calibrated probability.

    Only a French question is expected to share words with the passages; of another one, what it is about without doubt
    stands in one of them.
    """
    written = question.written
    asked = [name for each in references_of(written) for name in (each.name, *each.numbers)]
    if any(source.evidence.exact or is_asked_for(written, source) for source in sources):
        return False
    if asked and (asks_only_for_articles(written) or not any(_mentions(asked, source) for source in sources)):
        return True
    if _is_of_another_law(question, sources):
        return True
    strangers = question.is_french and all(question.meant.isdisjoint(words_of(each.passage)) for each in sources)
    return True if strangers or _are_beside(question, sources) or not sources else None


def why_abstain(
    question: ReadQuestion, sources: Sequence[Source], calibration: Calibration, year: int | None = None
) -> Abstention | None:
    """Return why this evidence may not be answered from; None when it may.

    Args:
        year: the present one; None: not known, then no year is a later one.
    """
    rule = abstains_by_rule(question, sources)
    if rule is False:
        return None
    beyond = elsewhere(question.asked, year, question.language)
    signals = signals_of(question, sources, calibration.vocabulary, beyond)
    if rule is None and calibration.probability(signals) >= calibration.threshold:
        return None
    return Abstention(
        passages=len(sources),
        missing=tuple(missing_articles(question.written, ())) if rule else (),
        words=_not_found(question.asked, sources, calibration.vocabulary) if sources and question.is_french else (),
        nearest=_nearest(sources),
        instead=_most_telling(beyond),
    )


def _is_of_another_law(question: ReadQuestion, sources: Sequence[Source]) -> bool:
    """Return whether another law is asked for, unless a unit's own document is there: it may speak of anything."""
    of_units = any(source.passage.scope != PUBLIC for source in sources)
    return not of_units and is_of_another_law(question.asked)


def _are_beside(question: ReadQuestion, sources: Sequence[Source]) -> bool:
    """Return whether no passage has what a question in another language is about.

    Of public French texts alone: a unit's document may be in the question's language, and has its words.
    """
    if any(source.passage.scope != PUBLIC or source.passage.language != FRENCH for source in sources):
        return False
    return any(all(not each <= words_of(source.passage) for source in sources) for each in question.subjects)


def _not_found(question: str, sources: Sequence[Source], domain: Collection[str]) -> tuple[str, ...]:
    """Return the words of the question that no passage has, those that tell most; none of the domain's (`collègue`)."""
    found = frozenset(domain).union(*(words_of(source.passage) for source in sources))
    words = (word for word in dict.fromkeys(WORD.findall(question)) if len(word) >= _LEAST_LETTERS)
    missing = [(word, each) for word in words if (each := stems(word)) and each.isdisjoint(found)]
    missing.sort(key=lambda pair: -total(pair[1]))
    return tuple(word for word, _ in missing[:_MOST_WORDS])


def _nearest(sources: Sequence[Source]) -> str:
    """Return how the nearest passage of a public corpus is named: its article or title, and its last heading.

    Of the public corpora alone: a unit's titles are not told in a sentence that cites nothing.
    """
    public = (source.passage for source in sources if source.passage.origin is Origin.CORPUS)
    passage = next(public, None)
    if passage is None:
        return ""
    heading = _NUMBERED.sub("", passage.headings[-1]).strip(" .") if passage.headings else ""
    return f"{passage.article or passage.title} ({heading})" if heading else passage.article or passage.title


def _most_telling(beyond: Sequence[Elsewhere]) -> tuple[Elsewhere, ...]:
    """Return what would answer: a text that can be named before what can only be described."""
    return tuple(sorted(beyond, key=lambda each: not each.text)[:_MOST_INSTEAD])


def _mentions(asked: Collection[str], source: Source) -> bool:
    return not set(asked).isdisjoint(article_references(source.passage.text))
