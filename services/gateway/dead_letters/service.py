"""Dead letters for who looks after the platform: listed, sent again, dropped; who did it is kept with the letter."""

from collections.abc import Sequence
from uuid import UUID

from services.gateway.dead_letters.model import LetterRecord, received
from services.gateway.dead_letters.ports import DeadLetterRepository, LetterSearch, Restarts
from services.gateway.policy import may_administer, require
from shared.access import Principal, Role
from shared.clock import utc_now
from shared.contracts.dead_letters import DeadLetter
from shared.errors import Conflict, NotFound
from shared.http_api.dead_letters import LetterState


class DeadLetterService:
    """What could not be handled, without a word of it: admins may read no unit's documents by their role.

    Args:
        prefix: the deployment's, before each topic's name.
    """

    def __init__(self, letters: DeadLetterRepository, documents: Restarts, prefix: str) -> None:
        self._letters = letters
        self._documents = documents
        self._prefix = prefix

    async def received(self, letter: DeadLetter) -> None:
        """Keep a letter; a repetition changes nothing, even once it was sent or dropped."""
        await self._letters.add(received(letter, self._prefix))

    async def page(self, principal: Principal, search: LetterSearch) -> Sequence[LetterRecord]:
        """Return letters, newest first.

        Raises:
            Forbidden: the person is no admin.
        """
        require(may_administer(principal), role=Role.ADMIN)
        return await self._letters.page(search)

    async def find(self, principal: Principal, identity: UUID) -> LetterRecord:
        """Return a letter.

        Raises:
            NotFound: there is none of this id, or the person is no admin.
        """
        record = await self._letters.find(identity) if may_administer(principal) else None
        if record is None:
            raise NotFound(what="dead letter")
        return record

    async def send_again(self, principal: Principal, identity: UUID) -> LetterRecord:
        """Send the document of a letter through the chain again; what still fails makes another letter.

        Raises:
            NotFound: there is no such letter, the person is no admin, or the document was withdrawn.
            Conflict: it is of something that cannot be sent again from here, or somebody has closed it.
        """
        record = await self.find(principal, identity)
        if not record.may_send or record.job is None:
            raise Conflict(reason="dead-letter-not-to-send")
        await self._documents.restart(principal, record.job)
        return await self._closed(principal, record, LetterState.SENT)

    async def drop(self, principal: Principal, identity: UUID) -> LetterRecord:
        """Take a letter off the list of what is to be looked at; a second time nothing is changed.

        Raises:
            NotFound: there is no such letter, or the person is no admin.
            Conflict: it was sent again.
        """
        record = await self.find(principal, identity)
        if record.state is LetterState.DROPPED:
            return record
        return await self._closed(principal, record, LetterState.DROPPED)

    async def _closed(self, principal: Principal, record: LetterRecord, state: LetterState) -> LetterRecord:
        closed = record.closed(state, principal.subject, utc_now())
        if not await self._letters.close(closed):
            raise Conflict(reason="dead-letter-closed")
        return closed
