"""Ingest's part in an import of a DUERP, beside a gateway under test: it reads what was submitted and reports."""

from services.ingest.duerp_files import DuerpFileService
from services.ingest.reading_turns import ReadingTurns
from shared.access import GrantVerifier
from shared.contracts.duerp_files import DuerpFileRead, DuerpFileSubmitted
from shared.contracts.failures import terminal_events
from shared.disk.reserve import UNWATCHED
from shared.errors import VigieError
from shared.storage.ports import ObjectStore
from tests.fakes.ingest import InProcessPreviewer
from tests.fakes.shared import RecordedEvents


class DuerpFileReader:
    """Reads files as ingest does; what cannot be read ends as behind a dead letter."""

    def __init__(self, verifier: GrantVerifier, store: ObjectStore) -> None:
        self._events = RecordedEvents()
        self._service = DuerpFileService(
            publisher=self._events,
            verifier=verifier,
            objects=store,
            previewer=InProcessPreviewer(),
            turns=ReadingTurns(1),
            room=UNWATCHED,
        )

    async def report(self, event: DuerpFileSubmitted) -> DuerpFileRead:
        """Return what ingest publishes of a submitted file."""
        try:
            await self._service.read(event)
        except VigieError as error:
            (ended,) = terminal_events(event, error)
            assert isinstance(ended, DuerpFileRead)
            return ended
        return self._events.of(DuerpFileRead)[-1]
