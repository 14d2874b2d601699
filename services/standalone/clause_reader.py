"""The second reader of clauses with the embedding model in this process, for commands that run without Vigie."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.embedder.app import build_engine
from services.embedder.ports import Engine
from services.embedder.settings import EmbedderSettings
from shared.duerp.drafting.draft import Draft, drafted
from shared.duerp.drafting.likeness import likeness
from shared.duerp.drafting.resemblance import alike_of
from shared.duerp.drafting.second_reading import clauses_to_compare, completed, text_of


class ClauseReader:
    """Drafts by words and then by likeness, as the gateway does with the embedder's vectors.

    Args:
        engine: open, with a model that the classifiers can read; None: by words alone.
    """

    def __init__(self, engine: Engine | None) -> None:
        self._engine = engine

    @property
    def model(self) -> str | None:
        """Name of the model, None for words alone."""
        return self._engine.model.name if self._engine is not None else None

    async def drafted(self, description: str) -> Draft:
        draft = drafted(description)
        if self._engine is None:
            return draft
        clauses = clauses_to_compare(description)
        vectors = {each: (await self._engine.embed_query(text_of(description, each))).tolist() for each in clauses}
        return completed(draft, description, alike_of(draft, description, vectors))


@asynccontextmanager
async def opened_reader() -> AsyncIterator[ClauseReader]:
    """Open the embedder's default engine; a model that the classifiers cannot read leaves words alone.

    Raises:
        InternalError, Unavailable: the model cannot be loaded, or its server does not answer.
    """
    settings = EmbedderSettings()
    engine = build_engine(settings.backend, settings)
    async with engine.opened():
        yield ClauseReader(engine if likeness().suits(engine.model.name) else None)
