"""Measures of answers to labelled questions: whether to answer at all, whether citations hold, and what they cover.

| measure | of | meaning |
| --- | --- | --- |
| abstention_precision | all abstentions | share that was right: nothing could answer the question |
| abstention_recall | questions that nothing can answer | share that was abstained from |
| citation_validity | all citations | share that opens, and whose quote stands in the passage word for word |
| support | all sentences | share that the passages it cites support, by the generator's own check |
| coverage | answers to questions with expected articles | mean share of these articles that is cited |
| hit | the same | share of answers that cite one of them at least |
| length | answers | mean, characters |
| p50_ms, p95_ms | all questions that ended | total time as the gateway measured it, milliseconds |
| judged | answers | mean mark of a judge model, 0 to 1, where one was asked |

What nothing can be said about (no abstention, no expected article) is None.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, quantiles

from services.generator.grounding.citations import find_quote
from services.generator.grounding.support import check_support
from shared.contracts.passages import Passage
from shared.contracts.questions import Citation
from shared.http_api.questions import AnswerView
from shared.references import canonical_article

Measures = dict[str, float | int | None]

SupportCheck = Callable[[str, Sequence[Passage]], bool]
"""Whether passages support a sentence."""

_SENTENCE_END = re.compile(r"(?<=\])\n\n")
_MARKER = re.compile(r"\[(\d{1,3})\]")


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question with what its answer should be.

    Attributes:
        answerable: whether the documents answer it.
        articles: canonical numbers of those that an answer should cite; empty where none are labelled.
    """

    id: str
    question: str
    answerable: bool
    kind: str = ""
    articles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Graded:
    """A labelled question, how it ended, and what was looked up to grade it.

    Attributes:
        answer: None when the question failed.
        passages: each cited passage that opened, by its id.
        mark: of a judge model, 0 to 1; None when none was asked.
    """

    question: LabelledQuestion
    answer: AnswerView | None
    passages: Mapping[str, Passage]
    mark: float | None = None

    @property
    def answered(self) -> AnswerView | None:
        return self.answer if self.answer is not None and not self.answer.abstained else None


def read_labelled(path: Path) -> list[LabelledQuestion]:
    """Read labelled questions from lines {id, question, answerable, kind?, articles?}.

    Raises:
        ValueError: a line is no such question; the message names the line.
    """
    questions = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row["answerable"], bool):
                raise TypeError("answerable")  # noqa: TRY301 - the same line of the same file is wrong
            articles = frozenset(canonical_article(article) for article in row.get("articles") or [])
            kind = str(row.get("kind") or "")
            questions.append(LabelledQuestion(str(row["id"]), str(row["question"]), row["answerable"], kind, articles))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path}:{number}") from error
    if not questions:
        raise ValueError(str(path))
    return questions


def supported(sentence: str, passages: Sequence[Passage]) -> bool:
    """Whether the passages have the sentence's words as they are, or support them by the generator's own check."""
    quote = sentence.strip("\u00ab\u00bb\u00a0 ")
    if any(find_quote(quote, passage.text) for passage in passages):
        return True
    return check_support(sentence, passages).supported


def evaluate_answers(graded: Sequence[Graded], supports: SupportCheck = supported) -> dict[str, Measures]:
    """Return the measures over all questions (group `all`) and over those of each kind."""
    kinds = dict.fromkeys(each.question.kind for each in graded if each.question.kind)
    groups = {"all": graded} | {kind: [each for each in graded if each.question.kind == kind] for kind in kinds}
    return {name: _measure(members, supports) for name, members in groups.items()}


def _measure(graded: Sequence[Graded], supports: SupportCheck) -> Measures:
    ended = [each.answer for each in graded if each.answer is not None]
    answers = [each.answered for each in graded if each.answered is not None]
    times = [answer.timings_ms.total for answer in ended if answer.timings_ms.total is not None]
    return {
        "questions": len(graded),
        "failed": len(graded) - len(ended),
        **_abstention(graded),
        "citation_validity": _mean(_stands(citation, each) for each in graded for citation in _citations(each)),
        "support": _mean(
            bool(passages) and supports(sentence, passages)
            for each in graded
            for sentence, passages in cited_sentences(each)
        ),
        **_coverage(graded),
        "length": _mean((len(answer.answer or "") for answer in answers), digits=0),
        "p50_ms": _quantile(times, 50),
        "p95_ms": _quantile(times, 95),
        "judged": _mean(each.mark for each in graded if each.mark is not None),
    }


def _abstention(graded: Sequence[Graded]) -> Measures:
    """Measure abstentions; a question that failed counts as not abstained from."""
    abstained = [each.question for each in graded if each.answer is not None and each.answer.abstained]
    right = sum(not question.answerable for question in abstained)
    unanswerable = sum(not each.question.answerable for each in graded)
    return {
        "abstained": len(abstained),
        "abstention_precision": _share(right, len(abstained)),
        "abstention_recall": _share(right, unanswerable),
    }


def _coverage(graded: Sequence[Graded]) -> Measures:
    shares = []
    for each in graded:
        if each.answered is not None and each.question.articles:
            cited = {canonical_article(citation.article) for citation in _citations(each) if citation.article}
            shares.append(len(cited & each.question.articles) / len(each.question.articles))
    return {"coverage": _mean(shares), "hit": _mean(share > 0 for share in shares)}


def cited_sentences(graded: Graded) -> list[tuple[str, list[Passage]]]:
    """Each sentence of the answer without its markers, and the passages that these open."""
    answer = graded.answered
    if answer is None:
        return []
    by_number = {citation.n: graded.passages.get(citation.passage) for citation in answer.citations}
    sentences = []
    for sentence in _SENTENCE_END.split(answer.answer or ""):
        opened = (by_number.get(int(n)) for n in _MARKER.findall(sentence))
        sentences.append((_MARKER.sub("", sentence).strip(), [passage for passage in opened if passage is not None]))
    return sentences


def _citations(graded: Graded) -> list[Citation]:
    return graded.answered.citations if graded.answered is not None else []


def _stands(citation: Citation, graded: Graded) -> bool:
    passage = graded.passages.get(citation.passage)
    return passage is not None and find_quote(citation.quote, passage.text) is not None


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _mean(values: Iterable[float], digits: int = 4) -> float | None:
    known = list(values)
    return round(fmean(known), digits) if known else None


def _quantile(values: Sequence[float], percent: int) -> float | None:
    if not values:
        return None
    at_least_two = [*values, values[0]] if len(values) == 1 else values
    return round(quantiles(at_least_two, n=100, method="inclusive")[percent - 1], 1)
