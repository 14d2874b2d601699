"""Lines that no word tells of, over HTTP: with an embedder that answers, and with one that does not."""

import asyncio
import base64
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from services.gateway.drafts.clause_vectors import AskedVectors
from services.gateway.drafts.service import DraftService
from services.gateway.http.dependencies import provide
from shared.access import Principal
from shared.contracts.clauses import ClausesEmbedded, ClausesSubmitted
from shared.contracts.index import Embedding, EmbeddingModel
from shared.duerp.drafting.likeness import likeness
from shared.http_api.duerp.lines import LineEvidence
from tests.services.gateway.conftest import ASSISTANT, Rig

MODEL = EmbeddingModel(name="multilingual-e5-small-int8", dimension=likeness().dimension, normalised=True)
HEIGHT = "on règle les projecteurs sur la passerelle"
TEXT = f"Un laser de classe 4. Aucune source radioactive. Parfois {HEIGHT}."
OWN = "/v1/duerp/UMR5219"


class BuiltIn:
    """The built-in model is in use."""

    async def in_use(self) -> Embedding:
        return Embedding(engine="onnx", model=MODEL)


class Nothing:
    """Finds no evidence."""

    async def find(self, principal: Principal, text: str, articles: object) -> list[LineEvidence]:
        return []


def vector_of(family: str) -> list[float]:
    """Return a vector that its classifier knows well."""
    reader = likeness().clause
    return [mean + weight for mean, weight in zip(reader.mean, reader.weights[family], strict=True)]


@asynccontextmanager
async def embedder(rig: Rig, vectors: AskedVectors) -> AsyncIterator[None]:
    """Answer requests: a clause with the projectors is like falls from a height, another is like nothing."""

    async def work() -> None:
        answered = 0
        while True:
            for event in rig.events.of(ClausesSubmitted)[answered:]:
                answered += 1
                rows = [vector_of("falls_height") if HEIGHT in text else likeness().clause.mean for text in event.texts]
                numbers = [number for row in rows for number in row]
                packed = base64.b64encode(struct.pack(f"<{len(numbers)}e", *numbers)).decode()
                vectors.embedded(
                    ClausesEmbedded(request_id=event.request_id, scope=event.scope, vectors=packed, model=MODEL)
                )
            await asyncio.sleep(0)

    task = asyncio.create_task(work())
    try:
        yield
    finally:
        task.cancel()


@pytest.fixture
def vectors(rig: Rig) -> AskedVectors:
    asked = AskedVectors(rig.events, _signer(rig), BuiltIn(), likeness().suits, wait_s=30)
    provide(rig.app, DraftService(Nothing(), asked))
    return asked


def _signer(rig: Rig) -> Any:
    return rig.gateway.vectors._signer


async def drafted(rig: Rig) -> dict[str, Any]:
    headers = rig.headers(ASSISTANT)
    place = (await rig.http.post(f"{OWN}/work-units", json={"name": "Scène"}, headers=headers)).json()["id"]
    body = {"work_unit": place, "description": TEXT}
    found: dict[str, Any] = (await rig.http.post(f"{OWN}/drafts", json=body, headers=headers)).json()
    return found


async def test_a_line_by_likeness_is_proposed_behind_the_words_and_says_how_sure_it_is(
    rig: Rig, vectors: AskedVectors
) -> None:
    async with embedder(rig, vectors):
        found = await drafted(rig)
    laser, height = found["lines"][:2]
    assert (laser["family"], laser["likeness"]) == ("optical_laser", None)
    assert (height["family"], height["because"]) == ("falls_height", f"Parfois {HEIGHT}")
    assert 0 < height["likeness"] <= 1
    assert (found["by_words_alone"], found["notice"]) == (False, None)
    [asked] = rig.events.of(ClausesSubmitted)
    assert asked.scope == "unit:UMR5219"
    assert not any("radioactive" in text for text in asked.texts)

    entry = (await rig.http.get(height["url"], headers=rig.headers(ASSISTANT))).json()
    assert entry["decided"]["state"] == "proposed"
    assert (entry["content"]["origin"], entry["content"]["origin_detail"]) == ("drafted", f"Parfois {HEIGHT}")
    assert entry["content"]["likeness"] == height["likeness"]


async def test_an_embedder_that_is_away_leaves_what_words_tell_and_it_is_said(rig: Rig) -> None:
    provide(
        rig.app,
        DraftService(Nothing(), AskedVectors(rig.events, _signer(rig), BuiltIn(), likeness().suits, wait_s=0.01)),
    )
    found = await drafted(rig)
    assert [each["family"] for each in found["lines"]] == ["optical_laser"]
    assert found["by_words_alone"] is True
    assert "words alone" in found["notice"]


async def test_while_nothing_is_indexed_nobody_is_asked_and_nothing_is_said(rig: Rig) -> None:
    provide(rig.app, DraftService(Nothing(), rig.gateway.vectors))
    found = await drafted(rig)
    assert (found["by_words_alone"], rig.events.of(ClausesSubmitted)) == (False, [])
