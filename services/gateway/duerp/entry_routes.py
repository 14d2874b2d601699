"""The routes that every kind of entry has: add, list, open, change, archive, restore; of lines, decide."""

from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.gateway.database.ports import Cursor
from services.gateway.duerp.conditional import IfMatch, outdated, tag
from services.gateway.duerp.contents import LINES
from services.gateway.duerp.model import EntryRecord, Outdated
from services.gateway.duerp.ports import EntrySearch
from services.gateway.duerp.service import Desk, DuerpService
from services.gateway.duerp.views import ENTRIES, LISTS, entry_list, entry_view, url_of
from services.gateway.http.bodies import BodyKind, takes
from services.gateway.http.dependencies import Caller, IdempotencyHeader, provided
from services.gateway.http.paging import page_of, page_request
from services.gateway.http.problems import language_of
from services.gateway.policy import may_keep_some_duerp
from shared.http_api.documents import DocumentOrder
from shared.http_api.duerp.entries import ArchiveBody, DecisionBody, EntryKind, EntryQuery
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.kinds import KINDS, PATHS

C = TypeVar("C", bound=Content)

ORDER = DocumentOrder.OLDEST


async def _desk(duerps: Annotated[DuerpService, Depends(provided(DuerpService))], caller: Caller, unit: str) -> Desk:
    """The caller's desk at the unit of the path: who may not read it hears that before anything else is looked at."""
    return duerps.desk(caller, unit)


AtDesk = Annotated[Desk, Depends(_desk)]


def routes_of(kind: EntryKind, content: type[C]) -> APIRouter:
    """Return the routes of the entries of a kind."""
    router = APIRouter(prefix=f"/v1/duerp/{{unit}}/{PATHS[kind]}", tags=["duerp"])
    entry = ENTRIES[kind]

    @takes(BodyKind.QUESTION, may_keep_some_duerp)
    async def add(
        request: Request, response: Response, desk: AtDesk, body: C, idempotency_key: IdempotencyHeader
    ) -> Any:
        """Add one. `Idempotency-Key` makes a retry safe."""
        record = await desk.add(body, idempotency_key)
        tag(response, record)
        response.headers["location"] = url_of(kind, desk.unit, record.id)
        return entry_view(record, desk.unit, language_of(request))

    @takes(BodyKind.QUESTION, may_keep_some_duerp)
    async def replace(
        request: Request, response: Response, desk: AtDesk, entry_id: UUID, body: C, match: IfMatch
    ) -> Any:
        """Change what it says. `If-Match` names the revision that was read; 412 has both texts."""
        try:
            record = await desk.replace(entry_id, body, match)
        except Outdated as error:
            return outdated(error, request, desk.unit)
        tag(response, record)
        return entry_view(record, desk.unit, language_of(request))

    for endpoint in (add, replace):
        endpoint.__annotations__["body"] = content  # FastAPI reads the body's model here
    router.post("", status_code=201, response_model=entry)(add)
    _add_reading(router, kind)
    router.put("/{entry_id}", response_model=entry)(replace)
    _add_archive(router, kind)
    if kind in LINES:
        _add_decision(router, kind)
    return router


def _add_reading(router: APIRouter, kind: EntryKind) -> None:
    @router.get("", response_model=LISTS[kind])
    async def listing(request: Request, desk: AtDesk, query: Annotated[EntryQuery, Query()]) -> Any:
        """List them, oldest first, filtered and by pages."""
        search = EntrySearch(
            kind=kind,
            work_unit=query.work_unit,
            family=query.family,
            states=frozenset(query.state),
            archived=query.archived,
            **page_request(query, ORDER),
        )
        records, following = page_of(await desk.page(search), query, _place, ORDER)
        listed = entry_list(records, following, desk.unit, language_of(request))
        return Response(listed, media_type="application/json")

    @router.get("/{entry_id}", response_model=ENTRIES[kind])
    async def find(request: Request, response: Response, desk: AtDesk, entry_id: UUID) -> Any:
        """Open one, archived ones included. Its ETag is the revision that a change names in `If-Match`."""
        record = await desk.find(kind, entry_id)
        tag(response, record)
        return entry_view(record, desk.unit, language_of(request))


def _add_archive(router: APIRouter, kind: EntryKind) -> None:
    async def moved(
        request: Request, response: Response, desk: Desk, entry_id: UUID, why: str, match: IfMatch, *, away: bool
    ) -> Any:
        try:
            record = await desk.archive(kind, entry_id, why, match, away=away)
        except Outdated as error:
            return outdated(error, request, desk.unit)
        tag(response, record)
        return entry_view(record, desk.unit, language_of(request))

    @router.post("/{entry_id}/archive", response_model=ENTRIES[kind])
    async def archive(
        request: Request, response: Response, desk: AtDesk, entry_id: UUID, body: ArchiveBody, match: IfMatch
    ) -> Any:
        """Take it out of lists and of new versions. It is never deleted, and keeps its id."""
        return await moved(request, response, desk, entry_id, body.why, match, away=True)

    @router.post("/{entry_id}/restore", response_model=ENTRIES[kind])
    async def restore(
        request: Request, response: Response, desk: AtDesk, entry_id: UUID, body: ArchiveBody, match: IfMatch
    ) -> Any:
        """Take it back from the archive."""
        return await moved(request, response, desk, entry_id, body.why, match, away=False)


def _add_decision(router: APIRouter, kind: EntryKind) -> None:
    @router.post("/{entry_id}/decision", response_model=ENTRIES[kind])
    async def decide(
        request: Request, response: Response, desk: AtDesk, entry_id: UUID, body: DecisionBody, match: IfMatch
    ) -> Any:
        """Accept or reject a line, or propose it again. A person does it; rejecting takes a reason."""
        try:
            record = await desk.decide(kind, entry_id, body.state, body.why, match)
        except Outdated as error:
            return outdated(error, request, desk.unit)
        tag(response, record)
        return entry_view(record, desk.unit, language_of(request))


def _place(record: EntryRecord) -> Cursor:
    return Cursor(record.created_at, record.id)


ENTRY_ROUTERS = tuple(routes_of(kind, KINDS[kind]) for kind in PATHS)
