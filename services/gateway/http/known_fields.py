"""Names that a route takes in its address and its form: a field that is unknown is refused, as in JSON.

FastAPI passes over them where a route's parameters are no model: a typed word would be dropped without a word.
"""

from collections.abc import Iterable, Iterator, Mapping

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.params import Form
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.routing import BaseRoute

from services.gateway.http.problems import unknown_fields


class KnownFields:
    """What each route takes.

    Args:
        routes: of the application, as a request's scope names them. One whose class says `takes_unknown_fields` takes
            whatever there is, as clients of another API send it.
    """

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._routes: Mapping[int, tuple[frozenset[str], frozenset[str] | None]] = {
            id(route): (frozenset(_query(route.dependant)), frozenset(_form(route.dependant)) or None)
            for route in routes
            if isinstance(route, APIRoute) and not getattr(route, "takes_unknown_fields", False)
        }

    async def check(self, request: Request) -> None:
        """Refuse what the request's route does not take.

        Raises:
            InvalidInput: there is such a field; a plain name is told.
        """
        query, form = self._routes.get(id(request.scope["route"]), (None, None))
        unknown = [] if query is None else [name for name in request.query_params if name not in query]
        if form is not None:  # FastAPI has read it, and it stays with the request
            unknown += [name for name in await request.form() if name not in form]
        if unknown:
            raise unknown_fields(unknown)


def _query(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        kind = field.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from (each.alias or name for name, each in kind.model_fields.items())
        else:
            yield field.alias
    for each in dependant.dependencies:
        yield from _query(each)


def _form(dependant: Dependant) -> Iterator[str]:
    """Yield the fields of a form; none where the body is no form."""
    yield from (field.alias for field in dependant.body_params if isinstance(field.field_info, Form))
    for each in dependant.dependencies:
        yield from _form(each)
