"""BM25 term weights, by Qdrant's tokenizer and French stemmer in this process (port: SparseEncoder).

The weight of a term in a passage is its saturated, length-normalised frequency; in a question it is 1. The index
multiplies the term's rarity (IDF) in. Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
Beyond", 2009.
"""

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

    def encode_passage(self, text: str) -> SparseVector:
        return _sorted(self._model.embed_document(text))

    def encode_question(self, text: str) -> SparseVector:
        return _sorted(self._model.embed_query(text))


def _sorted(vector: qdrant_edge.SparseVector) -> SparseVector:
    pairs = sorted(zip(vector.indices, vector.values, strict=True))
    return SparseVector([index for index, _ in pairs], [value for _, value in pairs])
