"""People and groups, for admins."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.gateway.http.dependencies import Caller, Parts
from shared.http_api.directory import GroupsView, PeopleView

router = APIRouter(prefix="/v1/admin", tags=["admin"])

Search = Annotated[str, Query(max_length=100, description="part of a name")]
Limit = Annotated[int, Query(ge=1, le=100)]


@router.get("/users")
async def people(parts: Parts, caller: Caller, search: Search = "", limit: Limit = 20) -> PeopleView:
    """People with their groups, the scopes that follow, and their roles."""
    return PeopleView(people=list(await parts.directory.people(caller, search, limit)))


@router.get("/groups")
async def groups(parts: Parts, caller: Caller, search: Search = "", limit: Limit = 100) -> GroupsView:
    """The groups that are scopes."""
    return GroupsView(groups=list(await parts.directory.groups(caller, search, limit)))
