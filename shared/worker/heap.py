"""The garbage collector of a process that serves for long: what it loaded at the start is not looked through again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_COLLECT_AFTER = 20_000
"""New objects that start a garbage collection; Python's default of 700 is reached after a message or two."""


@contextmanager
def settled_heap() -> Iterator[None]:
    """Leave out what is loaded by now from every full collection, for as long as this lasts.

    A full collection otherwise looks through hundreds of thousands of objects of libraries, and requests wait.
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
