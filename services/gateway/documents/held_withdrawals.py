"""Withdrawals that are held back: due after a grace time in which they are taken back as if they had not been (ADR 54).

Until then the document is as it was. A withdrawal that has been made has no way back (ADR 23).
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from services.gateway.documents.model import DocumentRecord
from services.gateway.documents.ports import HeldWithdrawal, HeldWithdrawalRepository, LatestVersions
from services.gateway.documents.versions import DocumentVersions
from shared.clock import utc_now
from shared.http_api.documents import DocumentState

_AT_ONCE = 20


class HeldWithdrawals:
    """Holds withdrawals back, takes them back, and makes those that are due."""

    def __init__(self, held: HeldWithdrawalRepository, versions: DocumentVersions, documents: LatestVersions) -> None:
        self._held = held
        self._versions = versions
        self._documents = documents

    async def hold(self, record: DocumentRecord, subject: str, grace: timedelta) -> DocumentRecord:
        """Hold a document's withdrawal back; one that is held back already stays due when it was."""
        if record.withdraws_at is not None:
            return record
        at = utc_now() + grace
        await self._held.hold(record.document_id, subject, at)
        return record.model_copy(update={"withdraws_at": at})

    async def keep(self, record: DocumentRecord) -> DocumentRecord:
        """Keep a document whose withdrawal is held back; one that is not is as it was."""
        await self._held.release(record.document_id)
        return record.model_copy(update={"withdraws_at": None})

    async def withdraw_due(self) -> None:
        """Make the withdrawals that are due, each in the name of who asked for it."""
        due: Sequence[HeldWithdrawal] = await self._held.due(utc_now(), _AT_ONCE)
        for each in due:
            await self._withdraw(each.document_id, each.subject)

    async def _withdraw(self, identity: UUID, subject: str) -> None:
        record = await self._documents.latest(identity)
        if record is None or record.withdraws_at is None or record.state is DocumentState.WITHDRAWN:
            return  # somebody was faster
        await self._versions.withdraw(record, subject)
