"""How much of a file a grid holds."""

from shared.errors import UnreadableDocument

MOST_CELLS = 2_000_000


def too_many_cells() -> UnreadableDocument:
    """Return the refusal of a file with more cells than a grid holds."""
    return UnreadableDocument(reason="too-many-cells", limit=MOST_CELLS // 1_000_000)
