from dataclasses import replace
from uuid import UUID

import pytest

from services.retriever.leads import leading_text, lexical_text
from services.retriever.ports import IndexedPassage
from services.retriever.scoped_index import ScopedIndex
from services.retriever.search import GRANTED, LED_WITHIN, READ, HybridSearch, Question
from services.retriever.settings import DENSE_WEIGHT
from shared.contracts.passages import Passage
from shared.contracts.questions import Evidence
from tests.fakes.retriever import MODEL, FakeEncoder, FakeIndex, version_of

ENCODER = FakeEncoder()
PUBLIC = frozenset({"public"})
TO_THE_EAST = [1.0, 0.0, 0.0, 0.0]


def passage(ordinal: int, text: str, dense: list[float], article: str | None = None) -> IndexedPassage:
    return IndexedPassage(ordinal, article, dense, ENCODER.encode_passage(text))


@pytest.fixture
async def search() -> HybridSearch:
    index = FakeIndex()
    passages = [
        passage(0, "ranger les acides", [0.9, 0.4, 0, 0], "R4412-16"),
        passage(1, "et les bases", [0.5, 0.8, 0, 0], "R4412-16"),
        passage(2, "porter des gants", [1, 0, 0, 0], "R4321-4"),
        passage(3, "le document unique", [0, 1, 0, 0], "R4121-1"),
        passage(4, "des gants neufs", [-1, 0, 0, 0]),
    ]
    for scope in ("public", "unit:A"):
        version = version_of(scope, scope=scope)
        await index.stage(version, passages, MODEL)
        await index.promote(version)
    return HybridSearch(ScopedIndex(index), ENCODER, candidates=2, dense_weight=DENSE_WEIGHT)


async def found(search: HybridSearch, text: str, limit: int = 10, scopes: frozenset[str] = PUBLIC) -> list[Evidence]:
    return await search.find(Question(text, TO_THE_EAST, MODEL), scopes=scopes, limit=limit)


def ordinals(evidence: list[Evidence]) -> list[int]:
    return [int(each.passage.rsplit("-", 1)[1]) for each in evidence]


async def test_every_candidate_has_both_scores_whichever_search_found_it(search: HybridSearch) -> None:
    evidence = await found(search, "des gants neufs")
    by_ordinal = dict(zip(ordinals(evidence), evidence, strict=True))
    assert by_ordinal[4].dense == pytest.approx(-1)  # only its words were like the question
    assert by_ordinal[2].sparse == 2
    assert by_ordinal[0].sparse == 0  # found by meaning, no word in common


async def test_ranks_count_from_one_and_scores_fall(search: HybridSearch) -> None:
    evidence = await found(search, "porter des gants")
    assert [each.rank for each in evidence] == list(range(1, len(evidence) + 1))
    assert [each.score for each in evidence] == sorted((each.score for each in evidence), reverse=True)
    assert ordinals(evidence)[0] == 2


async def test_an_article_named_in_any_spelling_comes_first_with_all_its_passages(search: HybridSearch) -> None:
    evidence = await found(search, "Que disent les articles R. 4121-1 et R 4412 16 sur les gants ?")
    assert ordinals(evidence)[:3] == [3, 0, 1]
    assert [(each.exact, each.score) for each in evidence[:3]] == [(True, 1.0)] * 3
    assert not any(each.exact for each in evidence[3:])
    assert len(set(ordinals(evidence))) == len(evidence)
    assert evidence[0].dense == pytest.approx(0)


async def test_no_more_comes_than_was_asked_for(search: HybridSearch) -> None:
    assert ordinals(await found(search, "R4412-16 ou les gants ?", limit=1)) == [0]


async def test_more_than_the_usual_candidates_can_be_asked_for(search: HybridSearch) -> None:
    assert len(await found(search, "porter des gants", limit=5)) == 5


async def test_without_a_scope_nothing_is_found_not_even_by_number(search: HybridSearch) -> None:
    assert await found(search, "R4412-16", scopes=frozenset()) == []
    assert await found(search, "R4412-16", scopes=frozenset({"unit:B"})) == []


async def test_a_question_without_words_is_searched_by_meaning(search: HybridSearch) -> None:
    assert ordinals(await found(search, "   "))[0] == 2


async def test_s23_an_article_is_found_in_the_law_before_a_unit_s_own_text() -> None:
    index = FakeIndex()
    for scope, closeness in (("unit:A", [1.0, 0, 0, 0]), ("public", [0.5, 0.8, 0, 0])):
        version = version_of(scope, scope=scope)
        await index.stage(version, [passage(0, "le document unique", closeness, "R4121-2")], MODEL)
        await index.promote(version)
    search = HybridSearch(ScopedIndex(index), ENCODER, candidates=2, dense_weight=DENSE_WEIGHT)
    evidence = await found(search, "R. 4121-2", scopes=frozenset({"public", "unit:A"}))
    law, own = version_of("public", scope="public"), version_of("unit:A", scope="unit:A")
    assert [each.document for each in evidence] == [law.document, own.document]
    assert [each.exact for each in evidence] == [True, True]


async def test_the_one_passage_with_a_rare_word_of_the_question_is_among_the_first() -> None:
    index = FakeIndex()
    texts = ["les gants des mains", "les gants du labo", "les gants du soir", "les gants de cuir", "le zirconium"]
    closeness = [[1.0, n / 10, 0, 0] for n in range(4)] + [[-1.0, 0, 0, 0]]
    version = version_of("public")
    await index.stage(version, [passage(n, text, closeness[n]) for n, text in enumerate(texts)], MODEL)
    await index.promote(version)
    search = HybridSearch(ScopedIndex(index), ENCODER, candidates=2, dense_weight=DENSE_WEIGHT)
    assert 4 in ordinals(await found(search, "les gants pour le zirconium"))[:3]


async def test_evidence_says_how_near_the_nearest_question_is_that_a_passage_answers() -> None:
    index = FakeIndex()
    asked = replace(passage(0, "porter des gants", [0.0, 1.0, 0, 0]), questions=([0.8, 0.6, 0, 0], [0.0, 0.0, 1.0, 0]))
    version = version_of("public")
    await index.stage(version, [asked, passage(1, "ranger les gants", [0.6, 0.8, 0, 0])], MODEL)
    await index.promote(version)
    search = HybridSearch(ScopedIndex(index), ENCODER, candidates=2, dense_weight=DENSE_WEIGHT)
    by_ordinal = {ordinal: each for each in await found(search, "les gants") for ordinal in ordinals([each])}
    assert by_ordinal[0].question == pytest.approx(0.8)
    assert by_ordinal[0].dense == pytest.approx(0.0)
    assert by_ordinal[1].question is None


async def test_a_row_is_first_for_whoever_asks_for_its_value_and_no_further_than_third_otherwise() -> None:
    index = FakeIndex()
    rows = "Toluène | 203-625-9 | 108-88-3 | 76,8\nZirconium | 231-176-9 | 7440-67-7 | 5"
    texts = [*(f"la valeur limite de l'air {n}" for n in range(5)), rows]
    version = version_of("public")
    made = [passage_about(n, text, [1.0, n / 10, 0, 0]) for n, text in enumerate(texts)]
    await index.stage(version, made, MODEL)
    await index.promote(version)
    search = HybridSearch(ScopedIndex(index), ENCODER, candidates=2, dense_weight=DENSE_WEIGHT)
    for question in ("valeur limite du zirconium", "VLEP ZIRCONIUM", "7440-67-7", "que dit-on du produit 108-88-3 ?"):
        assert ordinals(await found(search, question))[0] == 5, question
    assert ordinals(await found(search, "le zirconium est-il dangereux")).index(5) == 2
    assert ordinals(await found(search, "7440-67-8"))[0] != 5, "its check digit is wrong"


def passage_about(ordinal: int, text: str, dense: list[float]) -> IndexedPassage:
    of = Passage(id=f"v-{ordinal}", document_id=UUID(int=1), version_id=UUID(int=2), scope="public", ordinal=ordinal,
                 title="", text=text, start=0, end=len(text))  # fmt: skip
    return IndexedPassage(ordinal, None, dense, ENCODER.encode_passage(lexical_text(of), leading_text(of)))


async def test_an_article_that_a_guide_names_is_found_with_all_its_scores_however_far_it_is() -> None:
    index = FakeIndex()
    guides = [replace(passage(n, "les gants du labo", [1.0, n / 10, 0, 0]), names=("R4321-4",)) for n in range(4)]
    far = [passage(4 + n, f"les cuves {n}", [-1.0, 0, 0, 0], f"R4224-{n}") for n in range(9)]
    law = passage(20, "gants fournis", [-1.0, 0.1, 0, 0], "R4321-4")
    version = version_of("public")
    await index.stage(version, [*guides, *far, law], MODEL)
    await index.promote(version)
    search = HybridSearch(ScopedIndex(index), ENCODER, candidates=2, dense_weight=DENSE_WEIGHT)
    evidence = await found(search, "les gants du labo", limit=5)
    led = next(each for each in evidence if each.article == "R4321-4")
    assert led.rank <= LED_WITHIN
    assert led.sparse == 1
    assert not led.exact


async def test_an_article_that_a_unit_s_own_text_names_is_found_within_the_scopes_alone() -> None:
    index = FakeIndex()
    for scope, item in (
        ("public", replace(passage(0, "les gants", [1.0, 0, 0, 0]), names=("R4321-4",))),
        ("unit:A", passage(1, "gants fournis", [-1.0, 0, 0, 0], "R4321-4")),
    ):
        await index.stage(version_of(scope, scope=scope), [item], MODEL)
        await index.promote(version_of(scope, scope=scope))
    search = HybridSearch(ScopedIndex(index), ENCODER, candidates=2, dense_weight=DENSE_WEIGHT)
    assert [each.article for each in await found(search, "les gants")] == [None]


async def test_what_a_question_takes_for_granted_is_found_beside_what_it_asks_and_is_among_what_is_read() -> None:
    index = FakeIndex()
    asked = [passage(n, f"la prime numéro {n}", [1.0, n / 100, 0, 0], f"L3211-{n}") for n in range(12)]
    law = passage(20, "gants fournis gratuitement", [0.0, 0.0, 0.0, 1.0], "R4323-95")
    await index.stage(version_of("public"), [*asked, law], MODEL)
    await index.promote(version_of("public"))
    search = HybridSearch(ScopedIndex(index), ENCODER, candidates=12, dense_weight=DENSE_WEIGHT)
    question = Question("Les gants sont payés par moi, quelle prime ?", TO_THE_EAST, MODEL)
    alone = await search.find(question, scopes=PUBLIC, limit=10)
    both = await search.find(replace(question, premise=[0.0, 0.0, 0.0, 1.0]), scopes=PUBLIC, limit=10)
    assert "R4323-95" not in [each.article for each in alone[:READ]]
    law_found = next(each for each in both if each.article == "R4323-95")
    assert law_found.granted == 1
    assert law_found.rank <= READ
    assert [each.rank for each in both] == list(range(1, 11))
    assert [each.score for each in both] == sorted((each.score for each in both), reverse=True)
    assert both[0].passage == alone[0].passage
    assert sum(each.granted is not None for each in both) == GRANTED


async def test_an_article_that_is_asked_for_by_number_is_not_mixed_with_what_is_taken_for_granted(
    search: HybridSearch,
) -> None:
    question = Question("Selon R4121-1 le document se jette, qui le garde ?", TO_THE_EAST, MODEL, "fr", TO_THE_EAST)
    evidence = await search.find(question, scopes=PUBLIC, limit=5)
    assert evidence[0].article == "R4121-1"
    assert all(each.granted is None for each in evidence)
