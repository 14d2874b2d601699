"""Who one is, and what one may do: for pages that show what is allowed and nothing else."""

from fastapi import APIRouter

from services.gateway.http.dependencies import Caller
from services.gateway.policy import may_administer, may_keep_duerp, may_write
from shared.access import PUBLIC
from shared.http_api.directory import MeView, OwnScope

router = APIRouter(prefix="/v1", tags=["people"])


@router.get("/me")
async def me(caller: Caller) -> MeView:
    """Tell the caller's roles, and what they may do in each scope that they read."""
    scopes = sorted(caller.scopes, key=lambda scope: (scope != PUBLIC, scope))
    return MeView(
        subject=caller.subject,
        roles=sorted(caller.roles),
        scopes=[
            OwnScope(
                scope=scope,
                may_write=may_write(caller, scope),
                may_keep_duerp=scope.startswith("unit:") and may_keep_duerp(caller, scope),
            )
            for scope in scopes
        ],
        may_administer=may_administer(caller),
    )
