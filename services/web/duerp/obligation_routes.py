"""The page of what the law wants of a unit's DUERP."""

from itertools import groupby

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.web.duerp.unit_entries import unit_name
from services.web.http.languages import language_of
from services.web.http.rendering import Pages
from services.web.sign_in.visitors import AllVisitors
from shared.duerp.families import family_labels
from shared.duerp.obligations import Standing

router = APIRouter(prefix="/duerp/{unit}/obligations")


@router.get("")
async def obligations(request: Request, pages: Pages, visitors: AllVisitors, unit: str) -> HTMLResponse:
    """What is wanted by subject, with its articles, why a person has to check it, and the families that bring it."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        found, name = await duerp.obligations(), await unit_name(duerp, unit)
    return pages.page(
        request,
        "duerp/obligations.html",
        unit=unit,
        unit_name=name,
        subjects=[
            (subject.value, list(some)) for subject, some in groupby(found.obligations, lambda each: each.subject)
        ],
        to_check=sum(each.standing is Standing.TO_CHECK for each in found.obligations),
        checked=found.checked,
        package=found.package,
        labels=family_labels(language_of(request)),
    )
