"""Conditional requests (RFC 9110, 13): a revision is the ETag, a change says in If-Match on which one it was made."""

import re
from typing import Annotated

from fastapi import Depends, Header, Request, Response
from fastapi.responses import JSONResponse

from services.gateway.duerp.model import EntryRecord, Outdated
from services.gateway.duerp.service import Match
from services.gateway.duerp.views import entry_view
from services.gateway.http.problems import MEDIA_TYPE, language_of, problem
from shared.contracts.base import Failure
from shared.errors import InvalidInput

_IF_MATCH = r'\*|"[1-9][0-9]{0,8}"(, ?"[1-9][0-9]{0,8}"){0,9}'
_REVISION = re.compile(r'"([0-9]+)"')


async def _match(
    if_match: Annotated[
        str | None, Header(json_schema_extra={"pattern": f"^({_IF_MATCH})$"}, description="ETag of what was changed")
    ] = None,
) -> Match:
    """Return what a request says of the revision that it was made on.

    Raises:
        InvalidInput: the header is none of our ETags.
    """
    if if_match is None:
        return Match()
    if re.fullmatch(_IF_MATCH, if_match) is None:
        raise InvalidInput(reason="If-Match")
    return Match(frozenset(int(each) for each in _REVISION.findall(if_match)), any_revision=if_match == "*")


IfMatch = Annotated[Match, Depends(_match)]


def tag(response: Response, record: EntryRecord) -> None:
    """Tell an entry's revision as the response's ETag."""
    response.headers["etag"] = f'"{record.revision}"'


def outdated(error: Outdated, request: Request, unit: str) -> JSONResponse:
    """Answer who comes second: the problem, the entry as it is now, and what they sent."""
    language = language_of(request)
    body = problem(Failure(code=error.code, params=error.params), error.status_code, language)
    body["current"] = entry_view(error.current, unit, language).model_dump(mode="json")
    body["yours"] = error.yours.model_dump(mode="json") if error.yours else None
    return JSONResponse(body, error.status_code, {"etag": f'"{error.current.revision}"'}, MEDIA_TYPE)
