"""Another embedding model: its vectors are made beside those in use, and asked with once every passage has them.

Nothing changes for questions until then, and nothing is lost after it: the former vectors stay for the way back.
"""

from collections.abc import Callable
from uuid import UUID

from services.gateway.embedding_models.ports import EmbeddingModelRepository, Embeddings
from services.gateway.policy import may_administer, require
from shared.access import Grant, GrantSigner, Principal
from shared.contracts.engines import parse_engine
from shared.contracts.index import EmbeddingModel, IndexRetired
from shared.disk.ports import Admission
from shared.errors import NotFound

_GATEWAY = "vigie-gateway"


class EmbeddingModelService:
    """What an admin may do about the models of the index.

    Args:
        dropped: called when the former model is given up: no question of this gateway is asked with it from then on.
    """

    def __init__(self, ledger: EmbeddingModelRepository, room: Admission, dropped: Callable[[], None]) -> None:
        self._ledger = ledger
        self._room = room
        self._dropped = dropped

    async def overview(self, principal: Principal) -> Embeddings:
        """Raises:
        Forbidden: only admins may see where models are, and change them.
        """
        require(may_administer(principal), what="embedding models")
        return await self._ledger.overview()

    async def start(self, principal: Principal, engine: str) -> Embeddings:
        """Begin to make this model's vectors; go on with them if that was begun before.

        Raises:
            Forbidden: the person is no admin.
            InvalidInput: no engine is spelled like that.
            Conflict: another one is being made, or the index has not let go of this one yet.
            DiskReserveReached: there is no room for its vectors.
        """
        require(may_administer(principal), what="embedding models")
        spelled = parse_engine(engine).text
        await self._room.admit()
        await self._ledger.begin(spelled)
        return await self._ledger.overview()

    async def cancel(self, principal: Principal) -> Embeddings:
        """Give up the model that is being made.

        Raises:
            Forbidden: the person is no admin.
            NotFound: none is being made.
        """
        require(may_administer(principal), what="embedding models")
        if not await self._ledger.cancel():
            raise NotFound(what="re-embedding")
        return await self._ledger.overview()

    async def drop_previous(self, principal: Principal) -> Embeddings:
        """Give up the way back to the former model.

        Raises:
            Forbidden: the person is no admin.
            NotFound: there is none.
        """
        require(may_administer(principal), what="embedding models")
        if not await self._ledger.drop_previous():
            raise NotFound(what="model")
        self._dropped()
        return await self._ledger.overview()


def retirement(signer: GrantSigner, model_id: UUID, model: EmbeddingModel | None) -> IndexRetired:
    """The signed event with which a model leaves the index."""
    grant = signer.sign(Grant(_GATEWAY, frozenset(), "administer", model_id))
    return IndexRetired(model_id=model_id, model=model, grant=grant)
