"""People and groups, for admins."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.gateway.directory.service import DirectoryService
from services.gateway.http.dependencies import Caller, provided
from shared.http_api.directory import GroupsView, PeopleView
from shared.http_api.written import DIGITS

router = APIRouter(prefix="/v1/admin", tags=["admin"])

Directory = Annotated[DirectoryService, Depends(provided(DirectoryService))]
Search = Annotated[str, Query(max_length=100, description="part of a name")]
Limit = Annotated[int, Query(ge=1, le=100), DIGITS]


@router.get("/users")
async def people(directory: Directory, caller: Caller, search: Search = "", limit: Limit = 20) -> PeopleView:
    """People with their groups, the scopes that follow, and their roles."""
    return PeopleView(people=list(await directory.people(caller, search, limit)))


@router.get("/groups")
async def groups(directory: Directory, caller: Caller, search: Search = "", limit: Limit = 100) -> GroupsView:
    """The groups that are scopes."""
    return GroupsView(groups=list(await directory.groups(caller, search, limit)))
