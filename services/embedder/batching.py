"""Batches of texts, bounded by their padded tokens, and so in memory and time of a run."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts of one run.

    Attributes:
        indices: positions of the texts, shortest first.
        longest: tokens of the longest text, to which the others are padded.
    """

    indices: tuple[int, ...]
    longest: int

    @property
    def padded_tokens(self) -> int:
        return self.longest * len(self.indices)


def plan_batches(lengths: Sequence[int], budget: int) -> list[Batch]:
    """Distribute texts over batches of at most `budget` padded tokens; a longer text is a batch of its own.

    Texts of similar length share a batch, so that little of it is padding.

    Args:
        lengths: tokens of each text.
        budget: most padded tokens of a batch.
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


def plan_few_shapes(lengths: Sequence[int], budget: int) -> list[Batch]:
    """Distribute texts as `plan_batches` does, a power of two in each batch: so batches have few shapes.

    Args:
        lengths: tokens of each text, rounded up to few values.
        budget: most padded tokens of a batch.
    """
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    batches: list[Batch] = []
    while order:
        count = 1
        while 2 * count <= len(order) and lengths[order[2 * count - 1]] * 2 * count <= budget:
            count *= 2
        batches.append(Batch(tuple(order[:count]), lengths[order[count - 1]]))
        order = order[count:]
    return batches
