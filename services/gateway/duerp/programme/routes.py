"""The programme of a year over HTTP."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.gateway.duerp.entry_routes import AtDesk
from services.gateway.duerp.programme.service import ProgrammeService
from services.gateway.duerp.programme.views import programme_view
from services.gateway.http.dependencies import provided
from shared.http_api.duerp.yearly_programme import Programme, ProgrammeQuery

router = APIRouter(prefix="/v1/duerp/{unit}/programme", tags=["duerp"])

Programmes = Annotated[ProgrammeService, Depends(provided(ProgrammeService))]


@router.get("")
async def programme(programmes: Programmes, desk: AtDesk, query: Annotated[ProgrammeQuery, Query()]) -> Programme:
    """Tell a year's actions with what L4121-3-1 III wants of each, planned against done, and what was not done and why.

    From fifty people at an employer it is the yearly programme of prevention, else a list of actions (`kind`).
    """
    found, history = await programmes.programme(desk, query.year)
    return await asyncio.to_thread(programme_view, desk.unit, found, history)
