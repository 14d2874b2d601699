"""Drafting through the chain with the built-in model: what no word tells is found by the likeness of its clause."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from services.embedder.adapters.e5_build import ONNX
from services.standalone.local_issuer import Person
from shared.access import Role
from shared.duerp.drafting.clauses import clauses_of
from shared.duerp.drafting.draft import drafted
from shared.duerp.drafting.pieces import Reading
from shared.http_api.duerp.unit import WorkUnit
from tests.e2e.conftest import ended
from tests.support.embedding_model import built_model
from tests.support.stack import Running, running_stack

pytestmark = pytest.mark.asyncio(loop_scope="module")

ASSISTANT = Person("alice", units=("UMR5219",), roles=(Role.PREVENTION_ASSISTANT,))
TEXT = (
    "Deux lasers de classe 4. Pas de source radioactive. Les mains trempent dans la glace fondue."
    " Des gouttes brûlent la peau."
)


@pytest.fixture(scope="module")
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_model(tmp_path_factory, ONNX)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> AsyncIterator[Running]:
    settings = {"VIGIE_EMBEDDER_BACKEND": "onnx", "VIGIE_EMBEDDER_MODEL_CACHE": str(model_cache)}
    async with running_stack(tmp_path_factory.mktemp("likeness") / "data", **settings) as running:
        yield running


async def test_a_draft_has_what_its_words_tell_and_behind_it_what_its_clauses_are_like(stack: Running) -> None:
    async with stack.client() as operator:  # the model in use is known once something is indexed
        await ended(operator, await operator.submit("note.txt", b"Consignes du laboratoire."))
    async with stack.client(ASSISTANT) as client:
        duerp = client.duerp("UMR5219")
        place = await duerp.add(WorkUnit(name="Réserve"))
        draft = await duerp.draft(place.id, TEXT)
    words = [line.family for line in drafted(TEXT).lines]
    assert [line.family for line in draft.lines][: len(words)] == words
    by_likeness = {line.family: line for line in draft.lines if line.likeness is not None}
    assert {"heat_cold", "chemical_general"} <= by_likeness.keys()
    assert "ionising_radiation" not in by_likeness
    said = [TEXT[each.start : each.end] for each in clauses_of(TEXT) if each.reading is Reading.SAID]
    assert {line.because for line in by_likeness.values()} <= set(said)
    assert draft.by_words_alone is False
