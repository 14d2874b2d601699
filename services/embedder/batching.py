"""Groups texts into batches by the tokens that they cost once padded, which bounds a run's memory and its time."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts that run together.

    Attributes:
        indices: which of the texts, shortest first.
        longest: the tokens of the longest, to which the others are padded.
    """

    indices: tuple[int, ...]
    longest: int

    @property
    def padded_tokens(self) -> int:
        return self.longest * len(self.indices)


def plan_batches(lengths: Sequence[int], budget: int) -> list[Batch]:
    """Every text in one batch, of at most `budget` padded tokens; a text longer than that runs alone.

    Texts of like length come together, so that little is padding.

    Args:
        lengths: tokens of each text.
        budget: padded tokens of a batch.
    """
    batches: list[Batch] = []
    indices: list[int] = []
    longest = 0
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        if indices and lengths[index] * (len(indices) + 1) > budget:
            batches.append(Batch(tuple(indices), longest))
            indices = []
        indices.append(index)
        longest = lengths[index]
    if indices:
        batches.append(Batch(tuple(indices), longest))
    return batches
