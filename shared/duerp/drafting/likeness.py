"""The second reader of clauses: what a clause is like that no word of the lexicon says (likeness.json).

A linear classifier for each family over the vector that the embedder's model gives a clause, made by
`lab/drafting/train_likeness.py`. A score is how like a clause is to clauses of the family; it is no probability.
"""

import base64
import json
import math
import struct
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from operator import mul
from typing import Any

_DATA = "likeness.json"

Vector = Sequence[float]


@dataclass(frozen=True, slots=True)
class Alike:
    """A family that a clause tells of by likeness; `score`: 0 to 1, the surest highest."""

    family: str
    score: float


@dataclass(frozen=True, slots=True)
class _Family:
    id: str
    weights: Vector
    bias: float
    least: float
    """Score from which a clause tells of the family."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Classifiers of families.

    Attributes:
        models: names of embedding models whose vectors it reads; to those of another it is blind.
        dimension: of a vector.
    """

    models: frozenset[str]
    dimension: int
    mean: Vector
    families: Sequence[_Family]

    def suits(self, model: str) -> bool:
        """Return whether it can read the vectors of a model."""
        return model in self.models

    def families_of(self, vector: Vector) -> list[Alike]:
        """Return the families that a clause is like enough, the surest first.

        Args:
            vector: of the clause as the model embeds a question, shape (dimension,).

        Raises:
            ValueError: the vector has another dimension.
        """
        centred = [value - mean for value, mean in zip(vector, self.mean, strict=True)]
        length = math.sqrt(sum(map(mul, centred, centred))) or 1.0
        scored = ((each, sum(map(mul, each.weights, centred)) / length + each.bias) for each in self.families)
        found = [Alike(each.id, round(min(score, 1.0), 2)) for each, score in scored if score >= each.least]
        return sorted(found, key=lambda each: -each.score)


@cache
def likeness() -> Likeness:
    """Return the shipped classifiers."""
    data = json.loads(resources.files("shared.duerp.drafting").joinpath(_DATA).read_text(encoding="utf-8"))
    return Likeness(
        models=frozenset(data["models"]),
        dimension=data["dimension"],
        mean=unpacked(data["mean"]),
        families=[_family(identity, row) for identity, row in data["families"].items()],
    )


def _family(identity: str, row: Mapping[str, Any]) -> _Family:
    scale = row["scale"]
    weights = array("b", base64.b64decode(row["weights"]))
    return _Family(identity, [each * scale for each in weights], row["bias"], row["least"])


def unpacked(text: str) -> list[float]:
    """Return the numbers of base64 of little-endian float16."""
    data = base64.b64decode(text, validate=True)
    return list(struct.unpack(f"<{len(data) // 2}e", data[: len(data) // 2 * 2]))
