"""What has ended as failed, by the class of its error, as those who look after the platform see it. Pure.

Each dead letter ends its job with the letter's code, so that the failed documents are what dead letters are about.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.errors import InternalError
from shared.http_api.directory import MeView
from shared.http_api.documents import DocumentView
from shared.language.names import one_line

_PREFIX = "urn:vigie:problem:"


@dataclass(frozen=True, slots=True)
class FailedDocument:
    """A document that could not be taken in, with the sentence that says why."""

    id: str
    title: str
    scope: str
    reason: str
    since: datetime
    may_send: bool


@dataclass(frozen=True, slots=True)
class FailureClass:
    """Documents that failed with one code, the latest first."""

    code: str
    title: str
    documents: Sequence[FailedDocument]

    @property
    def to_send(self) -> Sequence[str]:
        """The ids of those that may be sent through the chain again."""
        return [each.id for each in self.documents if each.may_send]


def failures_of(documents: Iterable[DocumentView], me: MeView) -> list[FailureClass]:
    """Return failed documents by class, the class with most of them first."""
    found: dict[str, list[FailedDocument]] = {}
    titles: dict[str, str] = {}
    writable = {each.scope for each in me.scopes if each.may_write}
    for document in sorted(documents, key=lambda each: each.updated_at, reverse=True):
        problem = document.failure or {}
        code = str(problem.get("type", "")).removeprefix(_PREFIX) or InternalError.code
        titles.setdefault(code, one_line(str(problem.get("title", ""))) or code)
        failed = FailedDocument(
            id=str(document.id),
            title=one_line(document.title),
            scope=document.scope,
            reason=one_line(str(problem.get("detail", ""))),
            since=document.updated_at,
            may_send=me.may_administer or document.scope in writable,
        )
        found.setdefault(code, []).append(failed)
    classes = [FailureClass(code, titles[code], rows) for code, rows in found.items()]
    return sorted(classes, key=lambda each: (-len(each.documents), each.code))
