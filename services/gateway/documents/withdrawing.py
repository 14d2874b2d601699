"""A withdrawal: all versions of a document end, lose their words, and leave a receipt (ADR 23)."""

from uuid import UUID

from services.gateway.documents.model import DocumentRecord, Withdrawal, withdrawn
from services.gateway.documents.ports import DocumentRows
from services.gateway.outbox.ports import UnitsOfWork
from shared.clock import utc_now
from shared.contracts.documents import DocumentWithdrawn
from shared.http_api.documents import DocumentState


async def withdraw_all(work_of: UnitsOfWork[DocumentRows], identity: UUID, subject: str, grant: str) -> DocumentRecord:
    """Withdraw what there is of a document, in one unit of work; its latest version, without its words.

    Args:
        subject: the person who withdraws it.
        grant: to write this document, for the workers.
    """
    async with work_of() as work:
        await work.rows.withdrawals.lock(identity)
        versions = await work.rows.documents.versions(identity)
        latest = versions[-1]
        if latest.state is DocumentState.WITHDRAWN:
            return latest
        for version in versions:
            await work.end_job(version.version_id)
            await work.rows.documents.save(withdrawn(version, latest.sequence))
        await work.rows.vectors.forget([version.version_id for version in versions])
        receipt = Withdrawal(
            document_id=identity,
            sequence=latest.sequence,
            scope=latest.scope,
            withdrawn_by=subject,
            withdrawn_at=utc_now(),
        )
        await work.rows.withdrawals.save(receipt)
        await work.publish(withdrawal_of(receipt, grant), job=receipt.job)
    return withdrawn(latest, latest.sequence)


def withdrawal_of(receipt: Withdrawal, grant: str) -> DocumentWithdrawn:
    """Return what workers are told of a withdrawal, which is of all versions: none is named."""
    return DocumentWithdrawn(
        document_id=receipt.document_id,
        version_id=receipt.job,
        sequence=receipt.sequence,
        scope=receipt.scope,
        grant=grant,
    )
