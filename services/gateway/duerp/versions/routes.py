"""Versions of a unit's DUERP over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from services.gateway.database.ports import Cursor, Slice, fields_of
from services.gateway.duerp.entry_routes import AtDesk
from services.gateway.duerp.versions.model import VersionRecord
from services.gateway.duerp.versions.service import VersionService
from services.gateway.http.bodies import BodyKind, takes
from services.gateway.http.dependencies import IdempotencyHeader, provided
from services.gateway.http.paging import page_of, page_request
from services.gateway.policy import may_keep_some_duerp
from shared.http_api.duerp.versions import (
    Comparison,
    FreezeBody,
    Verification,
    VersionDocument,
    VersionList,
    VersionQuery,
    VersionView,
)
from shared.http_api.written import DIGITS

router = APIRouter(prefix="/v1/duerp/{unit}", tags=["duerp"])

Versions = Annotated[VersionService, Depends(provided(VersionService))]
Sequence = Annotated[int, Path(ge=1, le=2**31 - 1), DIGITS]

_COPIED = frozenset(VersionView.model_fields) & frozenset(VersionRecord.model_fields)


@router.post("/versions", status_code=201)
@takes(BodyKind.QUESTION, may_keep_some_duerp)
async def freeze(
    response: Response, versions: Versions, desk: AtDesk, body: FreezeBody, idempotency_key: IdempotencyHeader
) -> VersionView:
    """Freeze the DUERP as it is: a copy that nothing changes, with the digest of its canonical form.

    `Idempotency-Key` makes a retry safe.
    """
    view = VersionView(**_told(await versions.freeze(desk, body, idempotency_key), desk.unit))
    response.headers["location"] = view.url
    return view


@router.get("/versions")
async def listing(versions: Versions, desk: AtDesk, query: Annotated[VersionQuery, Query()]) -> VersionList:
    """List the versions, newest first."""
    found = await versions.page(desk, Slice(**page_request(query)))
    told, following = page_of(found, query, lambda version: Cursor(version.frozen_at, version.id))
    return VersionList(versions=[VersionView(**_told(each, desk.unit)) for each in told], next=following)


@router.get("/versions/{sequence}")
async def find(versions: Versions, desk: AtDesk, sequence: Sequence) -> VersionDocument:
    """Open a version: all that it says, as it was frozen."""
    version = await versions.find(desk, sequence)
    return VersionDocument(**_told(version, desk.unit), snapshot=version.snapshot)


@router.get("/versions/{sequence}/comparison")
async def compare(
    versions: Versions,
    desk: AtDesk,
    sequence: Sequence,
    before: Annotated[
        int, Query(ge=1, le=2**31 - 1, description="the other version, as a rule the earlier one"), DIGITS
    ],
) -> Comparison:
    """Tell what a version changed of another one, entry by entry and field by field."""
    return await versions.compare(desk, before, sequence)


@router.get("/verification")
async def verify(versions: Versions, desk: AtDesk) -> Verification:
    """Compute every version again, and name those that are not what was frozen."""
    return await versions.verify(desk)


def _told(version: VersionRecord, unit: str) -> dict[str, object]:
    url = f"/v1/duerp/{unit}/versions/{version.sequence}"
    return {**fields_of(version, _COPIED), "unit": unit, "url": url}
