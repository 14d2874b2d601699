from dataclasses import replace
from uuid import UUID, uuid5

import pytest

from services.retriever.fusion import (
    SPECIAL,
    SUPPORT,
    Candidate,
    Ranked,
    boost_by_chapter,
    decided,
    demoted,
    fuse,
    interleave,
)
from services.retriever.ports import Hit
from services.retriever.settings import DENSE_WEIGHT
from shared.contracts.identities import passage_id, point_id

DOCUMENT, VERSION = UUID(int=1), UUID(int=2)


def candidate(
    ordinal: int, dense: float = 0.5, sparse: float = 0.0, article: str | None = None, document: UUID = DOCUMENT
) -> Candidate:
    version = uuid5(document, "v")
    hit = Hit(point_id(version, ordinal), passage_id(version, ordinal), document, version, 1, "public", article, dense)
    return Candidate(hit, dense, sparse)


def ordinals(ranked: list[Ranked]) -> list[int]:
    return [int(each.candidate.hit.passage.rsplit("-", 1)[1]) for each in ranked]


def test_scores_are_the_weighted_sum_of_both_normalised() -> None:
    ranked = fuse([candidate(0, 0.9, 2), candidate(1, 0.8, 8), candidate(2, 0.7, 0)], dense_weight=0.75)
    assert ordinals(ranked) == [0, 1, 2]
    assert [each.score for each in ranked] == pytest.approx([0.75 + 0.25 * 0.25, 0.375 + 0.25, 0])


def test_words_decide_between_passages_that_mean_the_same() -> None:
    assert ordinals(fuse([candidate(0, 0.8, 1), candidate(1, 0.8, 5)], DENSE_WEIGHT)) == [1, 0]


def test_a_nearer_question_moves_a_passage_forward_and_a_farther_one_never_back() -> None:
    led, plain = candidate(0, 0.80), candidate(1, 0.85)
    assert ordinals(fuse([replace(led, question=0.95), plain], DENSE_WEIGHT)) == [0, 1]
    assert replace(led, question=0.95).likeness == pytest.approx(0.80 + 0.5 * (0.95 - 0.03 - 0.80))
    assert replace(plain, question=0.5).likeness == plain.likeness


def test_a_passage_with_a_rare_word_comes_among_the_first_and_no_further() -> None:
    ranked = [Ranked(candidate(n), 1 - n / 10) for n in range(5)]
    passages = [each.candidate.hit.passage for each in ranked]
    moved = decided(ranked, {passages[4]})
    assert ordinals(moved) == [0, 1, 4, 2, 3]
    assert [each.score for each in moved] == [1.0, 0.9, 0.8, 0.8, 0.7]
    assert ordinals(decided(ranked, {passages[1], passages[4]})) == [0, 1, 2, 3, 4]
    assert ordinals(decided(ranked, set())) == [0, 1, 2, 3, 4]
    assert decided([], {passages[0]}) == []


def test_an_article_of_people_who_are_not_named_loses_a_share_of_its_score() -> None:
    ranked = [Ranked(candidate(0, article="R7123-20"), 1.0), Ranked(candidate(1, article="R4323-95"), 0.9)]
    lowered = demoted(ranked, lambda article: article == "R7123-20")
    assert ordinals(lowered) == [1, 0]
    assert [each.score for each in lowered] == pytest.approx([0.9, SPECIAL])
    assert ordinals(demoted(ranked, lambda _: False)) == [0, 1]


def test_nothing_and_one_passage_are_no_special_case() -> None:
    assert fuse([], DENSE_WEIGHT) == []
    assert [each.score for each in fuse([candidate(0, 0.9, 0)], 0.65)] == pytest.approx([0.65])


def test_equal_scores_come_in_a_fixed_order() -> None:
    assert ordinals(fuse([candidate(2), candidate(0), candidate(1)], DENSE_WEIGHT)) == [0, 1, 2]


def test_an_article_gains_from_others_of_its_chapter_law_and_decree_alike() -> None:
    ranked = [
        Ranked(candidate(0, article="L3121-1"), 0.82),
        Ranked(candidate(1, article="L4121-1"), 0.8),
        Ranked(candidate(2, article="R4121-2"), 0.7),
        Ranked(candidate(3), 0.6),
    ]
    supported = boost_by_chapter(ranked)
    assert ordinals(supported) == [1, 0, 2, 3]
    assert supported[0].score == pytest.approx((0.8 + SUPPORT * 0.7 / 3) / (1 + SUPPORT))
    assert all(0 <= each.score <= 1 for each in supported)


def test_neither_an_article_s_own_pieces_nor_another_document_support_it() -> None:
    alone = boost_by_chapter([Ranked(candidate(0, article="L4121-1"), 0.8)])[0].score
    among = boost_by_chapter(
        [
            Ranked(candidate(0, article="L4121-1"), 0.8),
            Ranked(candidate(1, article="L4121-1"), 0.7),
            Ranked(candidate(2, article="L4121-2", document=UUID(int=9)), 0.7),
        ]
    )
    assert among[0].score == alone


def test_turns_take_the_first_of_each_before_the_second_of_any() -> None:
    assert interleave([["a1", "a2", "a3"], [], ["b1"]]) == ["a1", "b1", "a2", "a3"]
    assert interleave([]) == []
