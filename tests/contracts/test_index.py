"""What every index does, the fake included. A real server joins in when VIGIE_TEST_QDRANT has its address."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from services.retriever.adapters.qdrant import QdrantIndex
from services.retriever.adapters.qdrant_edge import EdgeIndex
from services.retriever.app import Index
from services.retriever.ports import Head, Hit, IndexedPassage, Query, SparseVector, Version
from services.retriever.scoped_index import ScopedIndex
from shared.contracts.identities import passage_id, point_id
from shared.contracts.index import EmbeddingModel
from shared.errors import ModelMismatch
from tests.fakes.retriever import MODEL, FakeIndex, document, indexed_passage, version_of

SERVER = os.environ.get("VIGIE_TEST_QDRANT")
ANY = Query([1.0, 0.0, 0.0, 0.0], 10)
BY_WORDS = Query(SparseVector([1], [1.0]), 10)
PUBLIC = frozenset({"public"})


def _edge(folder: Path) -> Index:
    return EdgeIndex(folder / "edge")


def _qdrant_local(folder: Path) -> Index:
    return QdrantIndex(str(folder / "qdrant"), collection="passages", timeout_s=5)


def _qdrant_server(folder: Path) -> Index:
    return QdrantIndex(SERVER or "", collection=f"test-{folder.name}-{uuid4().hex}", timeout_s=10)


def _fake(folder: Path) -> Index:
    return FakeIndex()


KINDS: dict[str, Callable[[Path], Index]] = {"fake": _fake, "edge": _edge, "qdrant": _qdrant_local}
if SERVER:
    KINDS["server"] = _qdrant_server


@pytest.fixture(params=KINDS)
async def index(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Index]:
    index = KINDS[request.param](tmp_path)
    async with index.opened():
        yield index


async def publish(index: Index, version: Version, *passages: IndexedPassage) -> None:
    batch = list(passages) or [indexed_passage()]
    await index.stage(version, batch, MODEL)
    assert await index.promote(version)


async def found(index: Index, query: Query = ANY, scopes: frozenset[str] = PUBLIC) -> list[Hit]:
    return (await ScopedIndex(index).search(MODEL, [query], scopes=scopes))[0]


def hit_on(version: Version, ordinal: int) -> Hit:
    point, passage = point_id(version.id, ordinal), passage_id(version.id, ordinal)
    return Hit(point, passage, version.document, version.id, version.sequence, version.scope, None, 0)


async def test_an_empty_index_finds_nothing_and_knows_no_document(index: Index) -> None:
    assert await found(index) == []
    assert await index.head(document("a")) == Head()


async def test_a_version_is_seen_once_it_is_promoted_and_not_before(index: Index) -> None:
    version = version_of("a")
    assert await index.stage(version, [indexed_passage(0), indexed_passage(1)], MODEL) == 2
    assert await found(index) == []
    assert await index.stage(version, [indexed_passage(2)], MODEL) == 3
    assert await index.promote(version)
    assert {hit.passage for hit in await found(index)} == {passage_id(version.id, n) for n in range(3)}
    assert await index.head(version.document) == Head(live=1, version=version.id)


async def test_doing_it_again_changes_nothing(index: Index) -> None:
    version = version_of("a")
    for _ in range(2):
        assert await index.stage(version, [indexed_passage()], MODEL) == 1
        assert await index.promote(version)
        assert len(await found(index)) == 1
    assert await index.stage(version, [indexed_passage()], MODEL) == 1
    assert len(await found(index)) == 1


async def test_a_hit_tells_what_was_indexed(index: Index) -> None:
    version = version_of("a", 3, scope="unit:UMR5000")
    await publish(index, version, indexed_passage(7, article="R4412-16"))
    (hit,) = await found(index, scopes=frozenset({"unit:UMR5000"}))
    assert hit.score == pytest.approx(1)
    assert hit == Hit(
        point=point_id(version.id, 7),
        passage=passage_id(version.id, 7),
        document=version.document,
        version=version.id,
        sequence=3,
        scope="unit:UMR5000",
        article="R4412-16",
        score=hit.score,
    )


async def test_a_hit_tells_the_articles_that_a_guide_names(index: Index) -> None:
    version = version_of("a")
    await publish(index, version, replace(indexed_passage(), names=("L4121-1", "R4121-1")))
    (hit,) = await found(index)
    assert hit.names == ("L4121-1", "R4121-1")
    assert hit.scored(0.5).names == hit.names


async def test_what_another_version_told_of_guides_is_renewed_and_articles_are_left_alone(index: Index) -> None:
    guide, code = version_of("guide", scope="unit:UMR5000"), version_of("code")
    await publish(index, guide, indexed_passage(0), replace(indexed_passage(1), names=("L1-1",), leads=2))
    await publish(index, code, indexed_passage(0, article="R4412-16"))
    first, second = passage_id(guide.id, 0), passage_id(guide.id, 1)
    assert await index.outdated(2, 10) == [first]
    assert {*await index.outdated(3, 10)} == {first, second}
    assert len(await index.outdated(3, 1)) == 1
    before = {hit.passage: hit for hit in await found(index, scopes=frozenset({"unit:UMR5000"}))}
    await index.renew({first: ("L4121-1",), second: ()}, 3)
    assert await index.outdated(3, 10) == []
    after = {hit.passage: hit for hit in await found(index, scopes=frozenset({"unit:UMR5000"}))}
    assert {passage: hit.names for passage, hit in after.items()} == {first: ("L4121-1",), second: ()}
    assert after[first]._replace(names=()) == before[first]


async def test_what_was_withdrawn_meanwhile_is_not_brought_back_by_a_renewal(index: Index) -> None:
    version = version_of("a")
    await publish(index, version)
    await index.withdraw(version.document, 1)
    await index.renew({passage_id(version.id, 0): ("L4121-1",)}, 1)
    assert await found(index) == []
    assert await index.outdated(2, 10) == []


async def test_a_newer_version_takes_the_place_of_the_older_one(index: Index) -> None:
    old, new, other = version_of("a", 1), version_of("a", 2), version_of("b", 1)
    await publish(index, old)
    await publish(index, other)
    await index.stage(new, [indexed_passage()], MODEL)
    assert {hit.version for hit in await found(index)} == {old.id, other.id}
    await index.promote(new)
    assert {hit.version for hit in await found(index)} == {new.id, other.id}


async def test_a_version_that_comes_too_late_is_not_promoted(index: Index) -> None:
    old, new = version_of("a", 1), version_of("a", 2)
    await publish(index, new)
    await index.stage(old, [indexed_passage()], MODEL)
    assert not await index.promote(old)
    assert [hit.version for hit in await found(index)] == [new.id]


async def test_a_withdrawn_document_stays_away_and_may_come_back_newer(index: Index) -> None:
    await publish(index, version_of("a", 1))
    await index.withdraw(document("a"), 1)
    assert await found(index) == []
    assert (await index.head(document("a"))).is_past(1)
    assert not await index.promote(version_of("a", 1))
    await publish(index, version_of("a", 2))
    assert len(await found(index)) == 1


async def test_a_withdrawal_before_the_first_passage_is_remembered(index: Index) -> None:
    await index.withdraw(document("a"), 2)
    assert await index.head(document("a")) == Head(withdrawn=2)


async def test_a_withdrawal_of_old_versions_leaves_the_newer_one(index: Index) -> None:
    await publish(index, version_of("a", 3))
    await index.withdraw(document("a"), 2)
    assert len(await found(index)) == 1
    assert await index.head(document("a")) == Head(live=3, version=version_of("a", 3).id, withdrawn=2)


async def test_a_document_may_go_back_to_an_older_content(index: Index) -> None:
    await publish(index, version_of("a", 1, content="x"))
    await publish(index, version_of("a", 2, content="y"))
    await publish(index, version_of("a", 3, content="x"))
    assert [hit.version for hit in await found(index)] == [version_of("a", 3, content="x").id]


async def test_the_same_content_sent_again_is_seen_all_the_while(index: Index) -> None:
    first, again = version_of("a", 1, content="x"), version_of("a", 2, content="x")
    await publish(index, first, indexed_passage(0), indexed_passage(1))
    assert await index.stage(again, [indexed_passage(0)], MODEL) == 2
    assert len(await found(index)) == 2
    await index.promote(again)
    assert [hit.sequence for hit in await found(index)] == [2, 2]


async def test_a_withdrawal_keeps_what_a_newer_version_shares_but_hides_it(index: Index) -> None:
    first, again = version_of("a", 1, content="x"), version_of("a", 2, content="x")
    await publish(index, first, indexed_passage(0), indexed_passage(1))
    await index.stage(again, [indexed_passage(0)], MODEL)
    await index.withdraw(document("a"), 1)
    assert await found(index) == []
    assert await index.stage(again, [indexed_passage(1)], MODEL) == 2
    await index.promote(again)
    assert len(await found(index)) == 2


async def test_searches_by_meaning_words_article_and_point(index: Index) -> None:
    version = version_of("a")
    await publish(
        index,
        version,
        indexed_passage(0, (1, 0, 0, 0), {1: 0.5}, "L4121-1"),
        indexed_passage(1, (0.6, 0.8, 0, 0), {2: 2.0}, "L4121-1"),
        indexed_passage(2, (0, 1, 0, 0), {1: 1.5}, "R4412-16"),
    )

    async def order(query: Query) -> list[int]:
        return [int(hit.passage.rsplit("-", 1)[1]) for hit in await found(index, query)]

    assert await order(ANY) == [0, 1, 2]
    assert await order(Query([0.0, 1.0, 0.0, 0.0], 2)) == [2, 1]
    assert await order(BY_WORDS) == [2, 0]
    assert await order(Query(ANY.vector, 10, article="L4121-1")) == [0, 1]
    assert await order(Query(ANY.vector, 10, article="L9999-9")) == []
    among = tuple((await found(index))[1:])
    assert await order(Query(ANY.vector, 10, among=among)) == [1, 2]
    assert await order(Query(BY_WORDS.vector, 10, among=among)) == [2]
    assert [round(hit.score, 3) for hit in await found(index)] == [1, 0.6, 0]


async def test_several_probes_are_answered_in_their_order(index: Index) -> None:
    await publish(index, version_of("a"), indexed_passage(0, terms={1: 1.0}), indexed_passage(1, terms={2: 1.0}))
    counts = [len(hits) for hits in await ScopedIndex(index).search(MODEL, [ANY, BY_WORDS], scopes=PUBLIC)]
    assert counts == [2, 1]


OTHER = MODEL.model_copy(update={"name": "large", "dimension": 8})
BY_QUESTIONS = Query([0.0, 0.0, 0.0, 1.0], 10, of_questions=True)


async def test_a_passage_is_found_by_the_nearest_of_its_questions_and_is_itself_what_is_found(index: Index) -> None:
    far, near = [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.6, 0.8]
    version = version_of("a")
    passages = [indexed_passage(0, questions=[far, near]), indexed_passage(1, questions=[far]), indexed_passage(2)]
    await publish(index, version, *passages)
    hits = await found(index, BY_QUESTIONS)
    assert [hit.passage for hit in hits] == [passage_id(version.id, 0), passage_id(version.id, 1)]
    assert [hit.score for hit in hits] == pytest.approx([0.8, 0.0], abs=1e-6)
    assert len(await found(index)) == 3  # by their texts, each is found once
    among = (hit_on(version, 1), hit_on(version, 2))
    again = await found(index, Query(BY_QUESTIONS.vector, 10, among=among, of_questions=True))
    assert [hit.passage for hit in again] == [passage_id(version.id, 1)]


async def test_questions_are_seen_where_their_passage_is_and_leave_with_it(index: Index) -> None:
    version = version_of("a", scope="unit:A")
    await index.stage(version, [indexed_passage(0, questions=[[0.0, 0.0, 0.0, 1.0]])], MODEL)
    assert await found(index, BY_QUESTIONS, frozenset({"unit:A"})) == []
    await index.promote(version)
    assert len(await found(index, BY_QUESTIONS, frozenset({"unit:A"}))) == 1
    assert await found(index, BY_QUESTIONS) == []
    await index.withdraw(version.document, 1)
    assert await found(index, BY_QUESTIONS, frozenset({"unit:A"})) == []


BY_OTHER = Query([1.0] * 8, 10)


async def found_by(index: Index, model: EmbeddingModel, *queries: Query) -> list[list[str]]:
    hits = await ScopedIndex(index).search(model, queries, scopes=PUBLIC)
    return [[hit.passage for hit in each] for each in hits]


async def test_to_ask_with_a_model_that_the_index_does_not_have_is_told(index: Index) -> None:
    await publish(index, version_of("a"))
    with pytest.raises(ModelMismatch) as asking:
        await found_by(index, OTHER, BY_OTHER)
    assert asking.value.params == {"index_model": "small (4)", "model": "large (8)"}


async def test_two_models_stand_side_by_side_and_nothing_crosses(index: Index) -> None:
    both, first, late = version_of("a"), version_of("b"), version_of("c")
    await publish(index, both, indexed_passage(0, terms={1: 1.0}), indexed_passage(1, terms={1: 1.0}))
    await publish(index, first, indexed_passage(0, terms={1: 1.0}))
    large = [indexed_passage(n, dense=[n + 1.0, 1, 1, 1, 1, 1, 1, 1], terms={1: 1.0}) for n in range(2)]
    assert await index.stage(both, large[:1], OTHER) == 1, "passages are counted by their vectors"
    assert await index.stage(both, large, OTHER) == 2
    assert await index.stage(both, large, OTHER) == 2
    assert (await index.head(both.document)).shows(both)
    await index.stage(late, [indexed_passage(0, dense=[1.0] * 8, terms={1: 1.0})], OTHER)
    assert await index.promote(late)
    of_both = [passage_id(both.id, 0), passage_id(both.id, 1)]
    by_meaning, by_words = await found_by(index, MODEL, ANY, BY_WORDS)
    assert set(by_meaning) == set(by_words) == {*of_both, passage_id(first.id, 0)}
    by_meaning, by_words = await found_by(index, OTHER, BY_OTHER, BY_WORDS)
    assert set(by_meaning) == set(by_words) == {*of_both, passage_id(late.id, 0)}
    assert by_meaning[-1] == of_both[1], "the least like it comes last"


async def test_versions_and_withdrawals_hold_for_all_models(index: Index) -> None:
    old, new, gone = version_of("a", 1), version_of("a", 2), version_of("b", 1)
    large = [indexed_passage(0, dense=[1.0] * 8)]
    for version in (old, gone):
        await publish(index, version)
        await index.stage(version, large, OTHER)
    await publish(index, new)
    await index.withdraw(gone.document, 1)
    assert await found_by(index, OTHER, BY_OTHER) == [[]]
    assert (await index.head(gone.document)).is_past(1)
    await index.stage(new, large, OTHER)
    assert await found_by(index, OTHER, BY_OTHER) == await found_by(index, MODEL, ANY) == [[passage_id(new.id, 0)]]


async def test_a_model_that_is_dropped_takes_its_vectors_and_nothing_else(index: Index) -> None:
    version = version_of("a")
    await publish(index, version)
    await index.stage(version, [indexed_passage(0, dense=[1.0] * 8)], OTHER)
    for _ in range(2):
        await index.drop(MODEL)
    assert await found_by(index, OTHER, BY_OTHER) == [[passage_id(version.id, 0)]]
    with pytest.raises(ModelMismatch):
        await found_by(index, MODEL, ANY)
    assert await index.stage(version, [indexed_passage(0, dense=[0, 1, 0, 0])], MODEL) == 1
    assert len((await found_by(index, MODEL, ANY))[0]) == 1


@pytest.mark.parametrize("kind", ["edge", "qdrant"])
async def test_everything_is_there_after_a_restart(kind: str, tmp_path: Path) -> None:
    make = KINDS[kind]
    async with (first := make(tmp_path)).opened():
        await publish(first, version_of("a", 2))
        await first.stage(version_of("b"), [indexed_passage(0)], MODEL)
        await first.withdraw(document("c"), 5)
    async with (second := make(tmp_path)).opened():
        assert [hit.sequence for hit in await found(second)] == [2]
        assert await second.stage(version_of("b"), [indexed_passage(1)], MODEL) == 2
        assert await second.head(document("c")) == Head(withdrawn=5)
        with pytest.raises(ModelMismatch):
            await found_by(second, OTHER, BY_OTHER)
        await second.stage(version_of("a", 2), [indexed_passage(dense=[1.0] * 8)], OTHER)
    async with (third := make(tmp_path)).opened():
        assert [len(each) for each in await found_by(third, OTHER, BY_OTHER)] == [1]
        assert [hit.sequence for hit in await found(third)] == [2]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "fake"])
async def test_what_others_keep_for_themselves_changes_no_score(kind: str, tmp_path: Path) -> None:
    index = KINDS[kind](tmp_path)
    async with index.opened():
        await publish(index, version_of("a"), indexed_passage(0, terms={1: 1.0}), indexed_passage(1, terms={2: 1.0}))
        before = [(hit.passage, hit.score) for hit in await found(index, BY_WORDS)]
        secret = [indexed_passage(n, terms={1: 1.0}) for n in range(20)]
        await publish(index, version_of("b", scope="unit:UMR5000"), *secret)
        assert [(hit.passage, hit.score) for hit in await found(index, BY_WORDS)] == before


SCOPES = ["public", "unit:A", "unit:B", "delegation:C"]
_scope = st.sampled_from(SCOPES)
_vector = st.lists(st.integers(-3, 3).map(float), min_size=4, max_size=4).filter(any)
_passage = st.builds(
    indexed_passage,
    dense=_vector,
    terms=st.dictionaries(st.integers(1, 4), st.floats(0.1, 3), min_size=1),
    article=st.sampled_from([None, "L1-1", "R2-2"]),
)
_query = st.builds(
    Query,
    vector=_vector | st.integers(1, 4).map(lambda term: SparseVector([term], [1.0])),
    limit=st.integers(1, 30),
    article=st.sampled_from([None, "L1-1", "R2-2"]),
)


@asynccontextmanager
async def opened_adapters() -> AsyncIterator[list[Index]]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        adapters = [make(folder) for make in KINDS.values()]
        for adapter in adapters:
            await stack.enter_async_context(adapter.opened())
        yield adapters


@pytest.mark.thorough
@settings(
    max_examples=15,
    phases=[Phase.reuse, Phase.generate],  # a smaller example is not worth the hundreds of indexes that it takes
)
@given(
    held=st.lists(st.tuples(_scope, st.lists(_passage, min_size=1, max_size=3), st.booleans()), max_size=6),
    scopes=st.frozensets(_scope),
    queries=st.lists(_query, min_size=1, max_size=4),
    pointed=st.booleans(),
)
async def test_s9_a_person_without_a_scope_never_sees_a_passage_of_it(
    held: list[tuple[str, list[IndexedPassage], bool]], scopes: frozenset[str], queries: list[Query], pointed: bool
) -> None:
    async with opened_adapters() as adapters:
        for index in adapters:
            everything, live = [], set()
            for number, (scope, passages, promoted) in enumerate(held):
                version = version_of(f"document {number}", scope=scope)
                numbered = [replace(passage, ordinal=n) for n, passage in enumerate(passages)]
                await index.stage(version, numbered, MODEL)
                everything += [hit_on(version, n) for n in range(len(numbered))]
                if promoted:
                    await index.promote(version)
                    live |= {(passage_id(version.id, n), scope) for n in range(len(numbered))}
            among = tuple(everything) if pointed else None
            asked = [Query(query.vector, query.limit, query.article, among) for query in queries]
            answers = await ScopedIndex(index).search(MODEL, asked, scopes=scopes)
            readable = {passage for passage, scope in live if scope in scopes}
            assert len(answers) == len(asked)
            assert {hit.passage for hits in answers for hit in hits} <= readable
            # The adapter alone must hold as well: the wrapper's second look is for the day it does not.
            raw = await index.query(MODEL, asked, scopes or frozenset({"unit:none"}))
            assert {hit.passage for hits in raw for hit in hits} <= readable
            whole = await ScopedIndex(index).search(MODEL, [Query(ANY.vector, 100)], scopes=scopes)
            assert {hit.passage for hit in whole[0]} == readable


async def test_questions_get_the_vectors_of_a_further_model_and_lose_those_of_a_retired_one(index: Index) -> None:
    version = version_of("a")
    await publish(index, version, indexed_passage(0, questions=[[0.0, 0.0, 0.0, 1.0]]))
    other = EmbeddingModel(name="other", dimension=8, normalised=True)
    asked = Query([1.0] * 8, 10, of_questions=True)
    await index.stage(version, [indexed_passage(0, [1.0] * 8, questions=[[1.0] * 8])], other)
    [hits] = await ScopedIndex(index).search(other, [asked], scopes=PUBLIC)
    assert [hit.score for hit in hits] == pytest.approx([1.0])
    await index.drop(MODEL)
    with pytest.raises(ModelMismatch):
        await found(index, BY_QUESTIONS)
    [hits] = await ScopedIndex(index).search(other, [asked], scopes=PUBLIC)
    assert len(hits) == 1
