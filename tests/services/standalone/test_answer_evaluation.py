from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from services.standalone.evaluation.answers import (
    Graded,
    LabelledQuestion,
    cited_sentences,
    evaluate_answers,
    read_labelled,
    supported,
)
from shared.contracts.confidentiality import Confidentiality
from shared.contracts.passages import Passage
from shared.contracts.questions import Citation, Timings
from shared.http_api.questions import AnswerView, QuestionState

SOME = UUID(int=1)


def passage(identity: str, text: str) -> Passage:
    return Passage(
        id=identity, document_id=SOME, version_id=SOME, scope="public", ordinal=0, title="t", text=text, start=0, end=9
    )


PASSAGES = {
    "p1": passage("p1", "Le document unique est mis à jour chaque année."),
    "p2": passage("p2", "L'employeur forme les travailleurs."),
}


def citation(n: int, passage: str, quote: str, article: str | None = None) -> Citation:
    return Citation(
        n=n, passage=passage, document=SOME, title="t", article=article, quote=quote, url=f"/v1/passages/{passage}"
    )


def answer(text: str, *citations: Citation, abstained: bool = False, total: float = 20) -> AnswerView:
    return AnswerView(
        id=SOME,
        question="?",
        language="fr",
        created_at=datetime(2026, 11, 24, tzinfo=UTC),
        state=QuestionState.ABSTAINED if abstained else QuestionState.ANSWERED,
        answer=text,
        abstained=abstained,
        mode="extractive",
        backend="extractive",
        model=None,
        prompt=None,
        confidentiality=Confidentiality.PUBLIC,
        notice=None,
        citations=list(citations),
        evidence=[],
        removed=0,
        timings_ms=Timings(total=total),
        failure=None,
        url="/v1/questions/1",
    )


def labelled(identity: str, *articles: str, answerable: bool = True, kind: str = "") -> LabelledQuestion:
    return LabelledQuestion(identity, "?", answerable, kind, frozenset(articles))


def always(sentence: str, passages: Sequence[Passage]) -> bool:
    return True


def test_abstentions_are_counted_against_what_can_be_answered() -> None:
    nothing = answer("", abstained=True)
    something = answer("Oui. [1]", citation(1, "p1", "chaque année"))
    graded = [
        Graded(labelled("a", answerable=False), nothing, {}),
        Graded(labelled("b", answerable=False), something, PASSAGES),
        Graded(labelled("c"), nothing, {}),
        Graded(labelled("d"), something, PASSAGES),
        Graded(labelled("e", answerable=False), None, {}),  # failed: nobody was told that nothing was found
    ]

    measures = evaluate_answers(graded, always)["all"]

    assert measures["abstention_precision"] == 0.5
    assert measures["abstention_recall"] == round(1 / 3, 4)
    assert (measures["questions"], measures["failed"], measures["abstained"]) == (5, 1, 2)


def test_a_citation_holds_when_its_passage_opens_and_has_its_words() -> None:
    text = "A. [1]\n\nB. [2]\n\nC. [3]"
    cited = (
        citation(1, "p1", "mis à jour chaque année"),
        citation(2, "p2", "forme les directeurs"),
        citation(3, "gone", "quoi"),
    )

    measures = evaluate_answers([Graded(labelled("a"), answer(text, *cited), PASSAGES)], always)["all"]

    assert measures["citation_validity"] == round(1 / 3, 4)
    assert measures["support"] == round(2 / 3, 4)  # a sentence whose passage does not open is supported by nothing


def test_each_sentence_goes_to_the_check_with_the_passages_that_it_cites() -> None:
    text = "«\u00a0chaque année\u00a0» [1]\n\nL'employeur forme. [1][2]"
    graded = Graded(labelled("a"), answer(text, citation(1, "p1", "x"), citation(2, "p2", "y")), PASSAGES)

    assert cited_sentences(graded) == [
        ("«\u00a0chaque année\u00a0»", [PASSAGES["p1"]]),
        ("L'employeur forme.", [PASSAGES["p1"], PASSAGES["p2"]]),
    ]


def test_coverage_is_the_share_of_expected_articles_whatever_their_spelling() -> None:
    cited = answer("A. [1]", citation(1, "p1", "chaque année", "R. 4121-2"))
    graded = [
        Graded(labelled("a", "R4121-2", "R4121-4"), cited, PASSAGES),
        Graded(labelled("b", "L4121-1"), cited, PASSAGES),
        Graded(labelled("c"), cited, PASSAGES),
    ]

    measures = evaluate_answers(graded, always)["all"]

    assert measures["coverage"] == 0.25
    assert measures["hit"] == 0.5


def test_kinds_are_measured_apart_and_what_cannot_be_said_is_none() -> None:
    graded = [
        Graded(labelled("a", kind="law"), answer("A. [1]", citation(1, "p1", "chaque année"), total=10), PASSAGES),
        Graded(labelled("b", kind="chat", answerable=False), answer("", abstained=True, total=30), {}),
    ]

    measures = evaluate_answers(graded, always)

    assert list(measures) == ["all", "law", "chat"]
    assert measures["law"]["abstention_recall"] is None
    assert measures["chat"]["citation_validity"] is None
    assert measures["all"]["p50_ms"] == 20
    assert measures["law"]["p95_ms"] == 10


@pytest.mark.parametrize("line", ["{}", "[]", '{"id": 1, "question": "x", "answerable": "yes"}', "nothing"])
def test_a_line_that_is_no_labelled_question_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(f'{{"id": "a", "question": "x", "answerable": true}}\n{line}\n')

    with pytest.raises(ValueError, match=r"questions\.jsonl:2"):
        read_labelled(path)


def test_quotes_are_supported_by_the_passage_that_has_them_and_paraphrases_by_the_check() -> None:
    passages = list(PASSAGES.values())

    assert supported("«\u00a0mis à jour chaque année.\u00a0»", passages[:1])
    assert supported("Le document unique est mis à jour tous les ans.", passages[:1])
    assert not supported("Le document unique est mis à jour tous les cinq ans.", passages[:1])
