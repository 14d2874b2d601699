"""Measured figures of docs/scaling.md, of which the simulation is made."""

from lab.scaling.model import Costs

CHAIN_MS = {"gateway": 3.1, "embedder": 1.1, "retriever": 1.1, "generator": 1.1, "kafka": 1.3, "postgres": 0.6}
"""Processor time of a question outside of embedding, search and writing (ADR 14); the three workers' 3.3 ms evenly."""
EMBEDDING_MS = 12.4
"""Processor time of a question in the built-in model (ADR 5)."""
SEARCH_AND_QUOTES_MS = 21.8
"""What is left of 44.0 ms without the chain's 14.8 and the embedding's 7.4 (ADR 5, ADR 14): an upper bound."""
WRITING_S = 6.0
"""Of a model that writes 150 tokens at 25 a second: an assumption, measure your own."""
SLOTS = 8


def chain_costs(writing_s: float, slots: int = SLOTS) -> Costs:
    """Return what a question takes of workers without work of their own (lab/bench/connected/bare.py)."""
    return Costs(CHAIN_MS, writing_s, slots)


def costs(writing_s: float = WRITING_S, slots: int = SLOTS) -> Costs:
    """Return what a question takes; `writing_s` 0: quotes alone."""
    own = {"embedder": EMBEDDING_MS, "retriever": SEARCH_AND_QUOTES_MS}
    return Costs({name: ms + own.get(name, 0) for name, ms in CHAIN_MS.items()}, writing_s, slots)
