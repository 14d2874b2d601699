"""What the probability that passages answer a question is calibrated on: `Signals` of the two. Pure."""

from collections.abc import Collection, Iterable, Sequence

from services.generator.answering.calibration import Signals
from services.generator.answering.elsewhere import Elsewhere
from services.generator.answering.read_question import ReadQuestion
from services.generator.french.public_words import total
from services.generator.french.terms import stems
from services.generator.grounding.sources import Source
from shared.access import PUBLIC
from shared.contracts.passages import Passage

_CLOSE = 3
"""Passages, and questions that lead to them, whose mean cosine tells whether several agree."""

_SETTLED = 0.8
"""What a passage covers that has all of the law's words for what a question names otherwise, if nothing else is asked.

Those words behind a question lower its cosines, which were calibrated without them.
"""

_MANY = 2
"""Words of the domain beyond which more say no more."""


def signals_of(
    question: ReadQuestion,
    sources: Sequence[Source],
    vocabulary: Collection[str],
    beyond: Sequence[Elsewhere] = (),
) -> Signals:
    """Return the signals of a question and its evidence.

    Args:
        vocabulary: stems of the domain's words.
        beyond: what the question asks for that public law on work does not say.
    """
    dense = _highest(source.evidence.dense for source in sources)
    closest = sorted(sources, key=lambda source: -(source.evidence.dense or 0.0))[:_CLOSE]
    of_units = any(source.passage.scope != PUBLIC for source in closest)
    named = sum(stem in vocabulary for stem in question.meant)
    covered = _covered(question, sources, 0.0 if beyond else _SETTLED)
    return Signals(
        dense=dense[0] if dense else None,
        close=_mean(dense),
        question=None if of_units else _mean(_highest(source.evidence.question for source in sources)),
        coverage=None if of_units and not question.is_french else covered,
        domain=None if of_units else min(named, _MANY) / _MANY,
        foreign=float(not question.is_french),
        particular=float(not of_units and any(each.particular for each in beyond)),
        elsewhere=float(not of_units and any(not each.particular for each in beyond)),
    )


def words_of(passage: Passage) -> frozenset[str]:
    """Return the stems of a passage, of what stands above it, and of what leads to it."""
    led = " ".join((*passage.questions, *passage.terms))  # everyday words for what the law says in its own
    return stems(passage.text) | stems(" ".join((passage.title, *passage.headings))) | stems(led)


def _highest(cosines: Iterable[float | None]) -> list[float]:
    return sorted((each for each in cosines if each is not None), reverse=True)[:_CLOSE]


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _covered(question: ReadQuestion, sources: Sequence[Source], settled: float) -> float | None:
    """Return the best share of the question's words that a passage has.

    What it names otherwise than the law counts for half: a passage on `cabinets d'aisance` has what `les chiottes du
    taf` means, and hardly a word of it. Of a question in another language only some words are known in French.

    Args:
        settled: what a passage covers that has all of the law's words for it, 0..1.
    """
    best = 0.0
    if not question.mended:
        return None
    for source in sources:
        own = _coverage(question.mended, source.passage)
        meant = _coverage(question.means, source.passage) if question.means else 0.0
        best = max(best, own, (own + meant) / 2, settled * meant)
    return best * question.share


def _coverage(asked: Collection[str], passage: Passage) -> float:
    """Return the share of the question's words, each weighing what it tells, that a passage has."""
    words = words_of(passage)
    return total([stem for stem in asked if stem in words]) / total(asked)
