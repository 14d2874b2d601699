"""Embedding models that have vectors in the embedded index: a file beside the engine's, and names in the engine."""

import json
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import qdrant_edge as edge

from services.retriever.adapters import edge_shard
from services.retriever.adapters.edge_requests import model_added, model_removed
from shared.contracts.index import EmbeddingModel


class IndexedModels:
    """Keeps `file` and the engine in step: after a crash between them, the next opening or call finishes the change."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.all: tuple[EmbeddingModel, ...] = ()

    def read(self) -> None:
        """Read the file, if there is one.

        Raises:
            OSError, ValueError: it cannot be read, or is no list of models.
        """
        if self._file.exists():
            self.all = tuple(EmbeddingModel.model_validate(each) for each in json.loads(self._file.read_bytes()))

    def added(self) -> Iterable[edge.UpdateOperation]:
        """Return what creates the names of all models' vectors in a shard; names that exist stay as they are."""
        return chain.from_iterable(map(model_added, self.all))

    def add(self, shard: edge.EdgeShard, model: EmbeddingModel) -> None:
        """Write the file, then create the vectors' name: after a crash in between, the next opening creates it."""
        if model in self.all:
            return
        self._write((*self.all, model))
        edge_shard.update(shard, model_added(model))
        shard.flush()

    def remove(self, shard: edge.EdgeShard, model: EmbeddingModel) -> None:
        """Remove the vectors, then the file's entry: after a crash in between, the removal is repeated."""
        if model not in self.all:
            return
        edge_shard.update(shard, model_removed(model))
        shard.flush()
        self._write(tuple(each for each in self.all if each != model))

    def forget(self) -> None:
        """Forget the models, not the file: the index is closed."""
        self.all = ()

    def _write(self, models: tuple[EmbeddingModel, ...]) -> None:
        partial = self._file.with_name(f"{self._file.name}.new")
        partial.write_text(json.dumps([model.model_dump() for model in models]))
        partial.replace(self._file)
        self.all = models
