"""Every route of the API, those that come later too, wants a token, and errors are problems everywhere."""

import re
from uuid import uuid4

from tests.services.gateway.conftest import STRANGER, Rig, api

OPEN = {"/livez", "/readyz", "/metrics", "/.well-known/oauth-protected-resource"}
OPENAI = ("/v1/chat", "/v1/models")


def routes() -> list[tuple[str, str]]:
    """Methods and paths, with an id of nothing in place of each parameter."""
    paths = api()["paths"]
    found = [(method.upper(), path) for path, operations in paths.items() for method in operations]
    assert len(found) > 20
    return [(method, re.sub(r"\{[^}]+\}", str(uuid4()), path)) for method, path in found if path not in OPEN]


async def test_s7_no_route_answers_without_a_token(rig: Rig) -> None:
    for method, path in routes():
        for headers in ({}, {"authorization": "Bearer x.y.z"}, {"authorization": "Basic YTpi"}):
            response = await rig.http.request(method, path, headers=headers)
            assert response.status_code == 401, (method, path, response.text)
            assert response.headers["www-authenticate"] == "Bearer"


async def test_s7_nothing_that_is_not_there_is_told_from_what_is_hidden(rig: Rig) -> None:
    """A stranger asks each route for the id of nothing: what comes back is a problem, and never a success."""
    bodies = {"PATCH": {}, "PUT": {"verdict": "up"}, "POST": {"verdict": "up"}}
    for method, path in routes():
        if not re.search(r"[0-9a-f]{8}-", path) or path.startswith(OPENAI) or path.endswith("/page"):  # by its link
            continue
        body = {"title": "x"} if path.startswith("/v1/conversations") else bodies.get(method)
        body = {} if path.endswith(("rechunk", "reindex")) else body
        response = await rig.http.request(method, path, headers=rig.headers(STRANGER), json=body)
        assert response.status_code == 404, (method, path, response.text)
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["type"] == "urn:vigie:problem:not-found"
