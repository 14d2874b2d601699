"""What the pages show of documents. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shared.access import PUBLIC
from shared.http_api.directory import MeView
from shared.http_api.documents import ENDED, DocumentState, DocumentView
from shared.language.names import one_line

_STEPS = {
    DocumentState.ACCEPTED: "received",
    DocumentState.PARSED: "read",
    DocumentState.EMBEDDED: "embedded",
    DocumentState.INDEXED: "findable",
}


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document as a list shows it; `share` is how much of it is findable, of 1."""

    id: str
    title: str
    file_name: str
    scope: str
    state: str
    step: str
    is_under_way: bool
    findable: int
    passages: int
    share: float
    problem: str | None
    remarks: Sequence[str]
    sent_at: datetime
    may_change: bool
    withdraws_at: datetime | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


def row_of(document: DocumentView, me: MeView) -> DocumentRow:
    """Return what a list shows of a document to somebody."""
    writable = {each.scope for each in me.scopes if each.may_write}
    return DocumentRow(
        id=str(document.id),
        title=one_line(document.title),
        file_name=one_line(document.file_name),
        scope=document.scope,
        state=document.state.value,
        step=_STEPS.get(document.state, document.state.value),
        is_under_way=document.state not in ENDED,
        findable=document.indexed,
        passages=document.passages,
        share=document.indexed / document.passages if document.passages else 0.0,
        problem=one_line(str(document.failure.get("detail", ""))) if document.failure else None,
        remarks=[one_line(remark.sentence) for remark in document.remarks],
        sent_at=document.created_at,
        may_change=me.may_administer or document.scope in writable,
        withdraws_at=document.withdraws_at,
        metadata={name: one_line(value) for name, value in document.metadata.items()},
    )


def writable_scopes(me: MeView) -> list[str]:
    """Return the scopes that somebody sees and may send to, their own units before what is public."""
    found = [each.scope for each in me.scopes if each.may_write]
    return sorted(found, key=lambda scope: (scope == PUBLIC, scope))


def readable_scopes(me: MeView) -> list[str]:
    """Return the scopes that somebody reads."""
    return [each.scope for each in me.scopes]
