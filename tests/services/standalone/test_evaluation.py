"""Measures against values computed by hand."""

import json
from math import log2
from pathlib import Path
from uuid import uuid4

import pytest

from services.standalone.evaluation.retrieval import Pair, articles_in_order, evaluate, read_pairs
from shared.contracts.questions import Evidence


def pair(identity: str, *articles: str, groups: tuple[str, ...] = ("all",)) -> Pair:
    return Pair(identity, "?", groups, frozenset(articles))


def found(*articles: str, fill: int = 0) -> list[str]:
    return [*(f"X{number}" for number in range(fill)), *articles]


def test_everything_in_front() -> None:
    measures = evaluate([pair("1", "A", "B")], {"1": ["A", "B", "C"]})["all"]
    assert measures == {"Recall@10": 1, "Recall@100": 1, "nDCG@10": 1, "MRR@10": 1, "Hit@10": 1}


def test_ranks_count_from_one() -> None:
    """A at 2, B at 4: nDCG is (1/log2 3 + 1/log2 5) / (1 + 1/log2 3)."""
    measures = evaluate([pair("1", "A", "B")], {"1": ["X", "A", "Y", "B"]})["all"]
    assert measures["MRR@10"] == 0.5
    assert measures["Recall@10"] == 1
    assert measures["nDCG@10"] == round((1 / log2(3) + 1 / log2(5)) / (1 + 1 / log2(3)), 4)


def test_what_comes_behind_the_cut_counts_behind_it() -> None:
    measures = evaluate([pair("1", "A", "B")], {"1": found("A", "B", fill=9)})["all"]
    assert (measures["Recall@10"], measures["Recall@100"], measures["MRR@10"]) == (0.5, 1, 0.1)
    measures = evaluate([pair("1", "A")], {"1": found("A", fill=100)})["all"]
    assert set(measures.values()) == {0}


def test_a_question_that_finds_nothing_counts_as_nothing() -> None:
    pairs = [pair("1", "A"), pair("2", "A"), pair("3", "B"), pair("4", "C")]
    measures = evaluate(pairs, {"1": ["A"], "2": [], "3": ["X"]})["all"]
    assert (measures["Hit@10"], measures["Recall@100"], measures["MRR@10"]) == (0.25, 0.25, 0.25)


def test_groups_are_measured_apart() -> None:
    pairs = [pair("1", "A", groups=("all", "guides")), pair("2", "B", groups=("all", "health_safety"))]
    measures = evaluate(pairs, {"1": ["A"], "2": ["X", "B"]})
    assert {group: values["MRR@10"] for group, values in measures.items()} == {
        "all": 0.75, "guides": 1, "health_safety": 0.5,
    }  # fmt: skip


def test_an_article_counts_once_whatever_its_spelling_and_its_passages() -> None:
    evidence = [
        Evidence(rank=rank, score=1, passage="p", document=uuid4(), article=article)
        for rank, article in enumerate(["R. 4412-16", None, "R4412-16", "L 4121 1", "R*4412-16", "L4121-1"], start=1)
    ]
    assert articles_in_order(evidence) == ["R4412-16", "L4121-1"]
    measures = evaluate([pair("1", "L4121-1")], {"1": articles_in_order(evidence)})["all"]
    assert measures["MRR@10"] == 0.5


def test_labels_are_read_whatever_their_spelling(tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    rows = [
        {"id": 1, "question": "Qui ?", "source": "guides", "articles": ["R. 4412-16", "R4412-16", "L. 4121-1"]},
        {"id": "b", "question": "Quoi ?", "source": "code", "articles": ["D4711-1"], "health_safety": True},
    ]
    file.write_text("\n\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    assert read_pairs(file) == [
        Pair("1", "Qui ?", ("all", "guides"), frozenset({"R4412-16", "L4121-1"})),
        Pair("b", "Quoi ?", ("all", "code", "health_safety"), frozenset({"D4711-1"})),
    ]


def test_questions_of_which_answers_are_measured_are_pairs_too(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    rows = [
        {"id": 1, "question": "Qui ?", "answerable": True, "kind": "law", "articles": ["L4121-1"]},
        {"id": 2, "question": "Quoi ?", "answerable": False, "kind": "invented", "articles": []},
    ]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert read_pairs(file) == [Pair("1", "Qui ?", ("all", "law"), frozenset({"L4121-1"}))]


@pytest.mark.parametrize("line", ["{", "[]", '{"id": 1}', '{"id": 1, "question": "?", "source": "s", "articles": 3}'])
def test_a_line_that_is_no_pair_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text('{"id": 1, "question": "?", "source": "s", "articles": []}\n' + line, encoding="utf-8")
    with pytest.raises(ValueError, match=r"pairs\.jsonl:2"):
        read_pairs(file)


def test_an_empty_file_is_no_set_of_pairs(tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").write_text("\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"pairs\.jsonl"):
        read_pairs(tmp_path / "pairs.jsonl")
