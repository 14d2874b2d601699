"""When the index has let go of a withdrawn document, what is stored of it goes too."""

from services.gateway.documents.ports import DocumentCatalogue
from services.gateway.documents.service import DocumentService
from shared.contracts.documents import DocumentProgressed
from shared.http_api.documents import DocumentState


class PurgeWithdrawn:
    def __init__(self, catalogue: DocumentCatalogue, documents: DocumentService) -> None:
        self._catalogue = catalogue
        self._documents = documents

    async def progressed(self, event: DocumentProgressed) -> None:
        """Remove the objects of every version that is withdrawn; a version sent again since keeps its own."""
        if event.stage != "withdrawn":
            return
        for record in await self._catalogue.versions(event.document_id):
            if record.state is DocumentState.WITHDRAWN and record.sequence <= event.sequence:
                await self._documents.forget_objects(record)
