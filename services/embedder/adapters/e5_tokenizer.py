"""Tokens of multilingual-e5-small, and the SentencePiece model that makes them, from its vocabulary.

SentencePiece holds the 250,002 pieces in 55 MB, a fifth of what the package `tokenizers` takes. Its rule `nmt_nfkc`
is the one that the original tokenizer (XLM-RoBERTa's) was trained with, and white space is collapsed and trimmed.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import sentencepiece
from sentencepiece import sentencepiece_model_pb2

from services.embedder.adapters.e5_weights import Vocabulary

MAX_TOKENS = 512
QUERY = "query: "
PASSAGE = "passage: "

_MAX_CHARS = 32 * MAX_TOKENS  # no piece is longer than 16 characters: what lies beyond is cut by the tokens anyway
_MASK = "<mask>"
_SCHEMA: Any = sentencepiece_model_pb2  # protobuf makes its classes while it is imported


def tokenise(tokenizer: sentencepiece.SentencePieceProcessor, prefix: str, texts: Sequence[str]) -> list[list[int]]:
    """Token ids of each text behind the prefix, with begin and end, 512 at most."""
    begin, end = tokenizer.bos_id(), tokenizer.eos_id()
    pieces: list[list[int]] = tokenizer.encode([prefix + text[:_MAX_CHARS] for text in texts])
    return [[begin, *ids[: MAX_TOKENS - 2], end] for ids in pieces]


def rounded_up(length: int, step: int) -> int:
    """Return the least multiple of `step` that is not below the length."""
    return -(-length // step) * step


def pad(
    tokens: Sequence[Sequence[int]], padding: int, step: int = 1
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Ids padded to the longest text, and their mask, both of shape (texts, tokens), `tokens` a multiple of `step`."""
    shape = len(tokens), rounded_up(max(map(len, tokens)), step)
    ids = np.full(shape, padding, np.int64)
    mask = np.zeros(shape, np.int64)
    for row, text in enumerate(tokens):
        ids[row, : len(text)] = text
        mask[row, : len(text)] = 1
    return ids, mask


def build_tokenizer(vocabulary: Vocabulary) -> bytes:
    """A serialised SentencePiece model whose ids are the encoder's token ids."""
    model = _SCHEMA.ModelProto()
    kinds = _SCHEMA.ModelProto.SentencePiece
    control = {vocabulary.begin, vocabulary.end, vocabulary.padding}
    for index, (piece, score) in enumerate(zip(vocabulary.pieces, vocabulary.scores, strict=True)):
        kind = kinds.NORMAL
        if index == vocabulary.unknown:
            kind = kinds.UNKNOWN
        elif index in control or piece == _MASK:
            kind = kinds.CONTROL  # never read out of a text, whatever it says
        model.pieces.add(piece=piece, score=score, type=kind)
    trainer = model.trainer_spec
    trainer.model_type = _SCHEMA.TrainerSpec.UNIGRAM
    trainer.vocab_size = len(vocabulary.pieces)
    trainer.unk_id, trainer.pad_id = vocabulary.unknown, vocabulary.padding
    trainer.bos_id, trainer.eos_id = vocabulary.begin, vocabulary.end
    model.normalizer_spec.CopyFrom(_normaliser())
    serialised: bytes = model.SerializeToString()
    return serialised


def _normaliser() -> Any:
    compiled = sentencepiece.SentencePieceNormalizer(rule_name="nmt_nfkc")
    model = _SCHEMA.ModelProto()
    model.ParseFromString(compiled.serialized_model_proto())
    spec = model.normalizer_spec
    spec.add_dummy_prefix = spec.remove_extra_whitespaces = spec.escape_whitespaces = True
    return spec
