import numpy as np

from services.embedder.adapters.hashing import DIMENSION, HashingEngine


async def test_texts_that_share_words_are_near() -> None:
    engine = HashingEngine()
    query = await engine.embed_query("stockage des produits chimiques")
    near, far = await engine.embed_passages(
        ["Le stockage des produits chimiques est ventilé.", "Travail en hauteur : harnais obligatoire"]
    )
    assert query @ near > query @ far + 0.3


async def test_vectors_have_length_1_even_of_an_empty_text() -> None:
    engine = HashingEngine()
    vectors = await engine.embed_passages(["", "bruit", "bruit bruit laser"])
    assert vectors.shape == (3, DIMENSION)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-6)


async def test_the_same_text_has_the_same_vector_as_passage_and_query() -> None:
    engine = HashingEngine()
    [passage] = await engine.embed_passages(["rayonnements ionisants"])
    np.testing.assert_array_equal(passage, await engine.embed_query("Rayonnements IONISANTS"))


async def test_no_passages_give_no_vectors() -> None:
    assert (await HashingEngine().embed_passages([])).shape == (0, DIMENSION)
