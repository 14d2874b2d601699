"""A unit's DUERP: its description, the whole in figures, who changed what; the scales to begin with."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from services.gateway.database.ports import Cursor
from services.gateway.duerp.conditional import IfMatch, outdated, tag
from services.gateway.duerp.entry_routes import ENTRY_ROUTERS, AtDesk
from services.gateway.duerp.export_routes import router as export_router
from services.gateway.duerp.figures.routes import router as figure_router
from services.gateway.duerp.figures.routes import statistics_router
from services.gateway.duerp.imports.routes import router as import_router
from services.gateway.duerp.model import Outdated
from services.gateway.duerp.obligation_routes import router as obligation_router
from services.gateway.duerp.ports import ChangeSearch
from services.gateway.duerp.programme.routes import router as programme_router
from services.gateway.duerp.review.routes import router as review_router
from services.gateway.duerp.scales.examples import EXAMPLES, example
from services.gateway.duerp.together.routes import router as together_router
from services.gateway.duerp.versions.routes import router as version_router
from services.gateway.duerp.views import change_view, entry_view, remark_views
from services.gateway.duerp.year.routes import router as year_router
from services.gateway.http.bodies import BodyKind, takes
from services.gateway.http.dependencies import Caller
from services.gateway.http.paging import page_of, page_request
from services.gateway.http.problems import language_of
from services.gateway.policy import may_keep_some_duerp
from shared.http_api.duerp.entries import ChangeList, ChangeQuery, Entry, Overview, TextBody, TextRemarks
from shared.http_api.duerp.personal import text_remarks
from shared.http_api.duerp.scales import ScaleExample, ScaleExamples
from shared.http_api.duerp.unit import Unit

router = APIRouter()
_of_unit = APIRouter(prefix="/v1/duerp/{unit}", tags=["duerp"])


@router.get("/v1/duerp-scales", tags=["duerp"])
async def scale_examples(_caller: Caller) -> ScaleExamples:
    """The scales that a unit may begin with; it adds one as its own and changes it as it likes."""
    return ScaleExamples(examples=[ScaleExample(id=name, scale=example(name)) for name in EXAMPLES])


@_of_unit.get("", response_model=Entry[Unit])
async def description(request: Request, response: Response, desk: AtDesk) -> Any:
    """Open the unit's description: employers, sites, bodies, people, functions."""
    record = await desk.description()
    tag(response, record)
    return entry_view(record, desk.unit, language_of(request))


@_of_unit.put("", response_model=Entry[Unit])
@takes(BodyKind.QUESTION, may_keep_some_duerp)
async def describe(request: Request, response: Response, desk: AtDesk, body: Unit, match: IfMatch) -> Any:
    """Write the unit's description. The first one needs no `If-Match`; 412 has both texts."""
    try:
        record = await desk.describe(body, match)
    except Outdated as error:
        return outdated(error, request, desk.unit)
    tag(response, record)
    return entry_view(record, desk.unit, language_of(request))


@_of_unit.get("/overview")
async def overview(desk: AtDesk) -> Overview:
    """The DUERP in figures: families by work unit, lines to review, lines with a remark, open actions."""
    return await desk.overview()


@_of_unit.post("/remarks")
@takes(BodyKind.QUESTION, may_keep_some_duerp)
async def remarks(request: Request, _desk: AtDesk, body: TextBody) -> TextRemarks:
    """Tell what would be pointed out about a text: a person, an illness, a number of one. Nothing is kept of it."""
    return TextRemarks(remarks=remark_views(text_remarks(body.text), language_of(request)))


@_of_unit.get("/changes")
async def changes(desk: AtDesk, query: Annotated[ChangeQuery, Query()]) -> ChangeList:
    """Who changed what and when, newest first; of one entry, or of all."""
    found = await desk.changes(ChangeSearch(entry=query.entry, **page_request(query)))
    told, following = page_of(found, query, lambda change: Cursor(change.at, change.id))
    return ChangeList(changes=[change_view(each) for each in told], next=following)


_ROUTERS = (
    *(version_router, export_router, together_router, *ENTRY_ROUTERS, import_router, review_router),
    *(obligation_router, year_router, programme_router, figure_router, statistics_router),
)

for _each in (_of_unit, *_ROUTERS):
    router.routes.extend(_each.routes)
