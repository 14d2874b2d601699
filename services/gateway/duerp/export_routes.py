"""The route that writes a unit's DUERP as a file."""

import asyncio

from fastapi import APIRouter, Request, Response

from services.gateway.duerp.entry_routes import AtDesk
from services.gateway.duerp.exports.duerp import Duerp, Edition
from services.gateway.duerp.exports.formats import MEDIA_TYPES, media_type_of, written
from services.gateway.http.problems import language_of
from shared.clock import utc_now
from shared.duerp.families import risk_families
from shared.http_api.duerp.exports import ExportFormat

router = APIRouter(prefix="/v1/duerp/{unit}", tags=["duerp"])

_FILE = {"content": {each: {"schema": {"type": "string", "format": "binary"}} for each in MEDIA_TYPES}}


@router.get("/export", response_class=Response, responses={200: _FILE | {"description": "The file."}})
async def export(request: Request, desk: AtDesk, format: ExportFormat = ExportFormat.PDF) -> Response:  # noqa: A002 (as it is asked)
    """Write the DUERP as it is today as a file, in the language that the request asks for.

    PDF, Word document and workbook have all of it, CSV has the lines.
    """
    language, today = language_of(request), utc_now().date()
    families = {family.id: family.label[language] for family in risk_families()}
    duerp = Duerp(f"unit:{desk.unit}", Edition(on=today), await desk.entries(), families)
    file = await asyncio.to_thread(written, duerp, format, language)
    name = f"DUERP-{desk.unit}-{today.isoformat()}.{format.value}"
    return Response(
        file, media_type=media_type_of(format), headers={"content-disposition": f'attachment; filename="{name}"'}
    )
