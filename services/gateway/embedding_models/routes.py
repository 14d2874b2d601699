"""The embedding models of the index: which is asked with, which is being made, which is kept for the way back."""

from fastapi import APIRouter, Request

from services.gateway.embedding_models.ports import EmbeddingRecord, Embeddings
from services.gateway.http.dependencies import Caller, Parts
from services.gateway.http.problems import language_of, problem, status_of
from shared.http_api.admin import EmbeddingBody, EmbeddingModelView, EmbeddingView

router = APIRouter(prefix="/v1/embedding", tags=["embedding"])


@router.get("")
async def embedding(request: Request, parts: Parts, caller: Caller) -> EmbeddingView:
    """The models and how far the next one is. For admins."""
    return _view(await parts.reembedding.overview(caller), language_of(request))


@router.post("", status_code=202)
async def reembed(request: Request, parts: Parts, caller: Caller, body: EmbeddingBody) -> EmbeddingView:
    """Make another model's vectors beside those in use, and ask with it once it is whole. For admins.

    The model that is kept for the way back is back at once; a re-embedding that failed goes on.
    """
    found = await parts.reembedding.start(caller, body.model)
    parts.relay.wake()
    return _view(found, language_of(request))


@router.delete("/next")
async def cancel(request: Request, parts: Parts, caller: Caller) -> EmbeddingView:
    """Give up the model that is being made. For admins."""
    found = await parts.reembedding.cancel(caller)
    parts.relay.wake()
    return _view(found, language_of(request))


@router.delete("/previous")
async def drop_previous(request: Request, parts: Parts, caller: Caller) -> EmbeddingView:
    """Remove the former model's vectors, and with them the way back. For admins."""
    found = await parts.reembedding.drop_previous(caller)
    parts.relay.wake()
    return _view(found, language_of(request))


def _view(found: Embeddings, language: str) -> EmbeddingView:
    models = {name: getattr(found, name) for name in ("active", "next", "previous")}
    return EmbeddingView(**{name: _model(record, language) for name, record in models.items()})


def _model(record: EmbeddingRecord | None, language: str) -> EmbeddingModelView | None:
    if record is None:
        return None
    failure = record.failure
    return EmbeddingModelView(
        engine=record.engine,
        name=record.model.name if record.model else None,
        dimension=record.model.dimension if record.model else None,
        passages=record.done,
        of=record.total,
        failure=problem(failure, status_of(failure.code), language) if failure else None,
        started_at=record.started_at,
        used_since=record.used_since,
    )
