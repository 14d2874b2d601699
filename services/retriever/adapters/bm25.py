"""BM25 term weights, by Qdrant's tokenizer and French stemmer in this process (port: SparseEncoder).

The weight of a term in a passage is its saturated, length-normalised frequency; in a question it is 1. The index
multiplies the term's rarity (IDF) in. Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
Beyond", 2009.

What leads to a passage (questions that it answers, other words for what it is about) is a field beside its text, and a
term weighs the sum of both. In one field with it, it made texts longer and their own words lighter. The field's length
counts for nothing: that more was written for an article makes none of it less to the point.
"""

from collections import defaultdict

import qdrant_edge

from services.retriever.ports import SparseVector

K1 = 1.5
"""Saturation of a term's frequency: the middle of the range (1.2 to 2) that the source recommends."""

B = 0.5
"""Normalisation by length: the low end of what the source recommends (.5 to .8), passages being cut to a length."""

AVERAGE_LENGTH = 70.0
"""Terms of an average passage with its headings: a passage of the Code du travail cut at 1,500 characters."""


class Bm25Encoder:
    """Encodes French text as weights of terms: stemmed words, without stop words and elisions (`l'`, `qu'`).

    Accents are kept for the stemmer, which conflates `salarié` and `salariée` only with them.
    """

    def __init__(self, *, k1: float = K1, b: float = B, average_length: float = AVERAGE_LENGTH) -> None:
        self._model = qdrant_edge.Bm25(qdrant_edge.Bm25Config(language="french", k=k1, b=b, avg_len=average_length))
        self._leads = qdrant_edge.Bm25(qdrant_edge.Bm25Config(language="french", k=k1, b=0.0, avg_len=average_length))

    def encode_passage(self, text: str, led_by: str = "") -> SparseVector:
        own = self._model.embed_document(text)
        return _sum(own, self._leads.embed_document(led_by)) if led_by else _sorted(own)

    def encode_question(self, text: str) -> SparseVector:
        return _sorted(self._model.embed_query(text))


def _sum(*fields: qdrant_edge.SparseVector) -> SparseVector:
    weights: dict[int, float] = defaultdict(float)
    for field in fields:
        for index, value in zip(field.indices, field.values, strict=True):
            weights[index] += value
    return SparseVector(sorted(weights), [weights[index] for index in sorted(weights)])


def _sorted(vector: qdrant_edge.SparseVector) -> SparseVector:
    pairs = sorted(zip(vector.indices, vector.values, strict=True))
    return SparseVector([index for index, _ in pairs], [value for _, value in pairs])
