"""How a line that work units share is rated in each: shown on its page, given on one of its own, told of conflicts."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest

from tests.services.web.conftest import Site
from tests.services.web.test_conflicts import STALE, told_of
from tests.services.web.test_documents import ME, NOW
from tests.services.web.test_duerp import UNIT, WORK_UNIT, desk, entry

__all__ = ["desk"]

SHARED, SCALE, RATING, ELSEWHERE = (str(uuid4()) for _ in range(4))
LINE_PAGE = f"/duerp/UMR5219/shared-lines/{SHARED}"
PAGE = f"{LINE_PAGE}/ratings/{WORK_UNIT}"


def a_rating(**told: Any) -> dict[str, Any]:
    said = {"scale": SCALE, "version": 3, "values": {"g": "fort"}, "level": "Grave <b>", "score": "3"}
    return entry("shared_rating", {"line": SHARED, "work_unit": WORK_UNIT, "residual": said} | told, RATING,
                 url=f"{UNIT}/shared-ratings/{RATING}")  # fmt: skip


@pytest.fixture
def shared(desk: Site) -> Site:
    """A line that two of three work units share, rated by nobody, and a scale of one axis."""
    values = [{"name": name, "weight": weight} for name, weight in (("faible", "1"), ("fort", "3"))]
    axis = {"key": "g", "name": "Gravité", "direction": "higher_is_worse", "values": values}
    calculation = {"formula": {"kind": "product", "axes": ["g"]}, "levels": []}
    scale = {"name": "Ours", "axes": [axis], "residual": calculation}
    places = [entry("work_unit", {"name": name}, each) for name, each in (("Salle", WORK_UNIT), ("Hall", ELSEWHERE))]
    decided = {"state": "proposed", "by": "alice", "at": NOW, "why": ""}
    line = {"hazard": "Bruit", "work_units": [WORK_UNIT]}
    told = {
        UNIT: entry("unit", {"name": "Labo", "scale": SCALE}, str(uuid4())),
        f"{UNIT}/scales/{SCALE}": entry("scale", scale, SCALE),
        f"{UNIT}/work-units": {"entries": places, "next": None},
        f"{UNIT}/work-units/{WORK_UNIT}": places[0],
        f"{UNIT}/shared-lines/{SHARED}": entry("shared_line", line, SHARED, decided=decided),
        f"{UNIT}/shared-ratings": {"entries": [], "next": None},
    }
    for path, body in told.items():
        desk.gateway.on("GET", path, body)
    return desk


def rated_by_denise(site: Site, **told: Any) -> None:
    site.gateway.on("GET", f"{UNIT}/shared-ratings", {"entries": [a_rating(**told)], "next": None})
    site.gateway.on("GET", f"{UNIT}/shared-ratings/{RATING}", a_rating(**told))
    site.gateway.on("PUT", f"{UNIT}/shared-ratings/{RATING}", a_rating(**told))


def writes(site: Site) -> list[Any]:
    return [each for each in site.gateway.requests if each.method in {"POST", "PUT"}]


async def test_a_shared_line_tells_its_rating_in_each_work_unit_that_it_holds_in(shared: Site) -> None:
    page = (await shared.http.get(LINE_PAGE)).text
    assert "Not rated" in page
    assert f'href="{PAGE}"' in page
    assert f"/ratings/{ELSEWHERE}" not in page
    rated_by_denise(shared, comment="Casque <obligatoire>")
    page = (await shared.http.get(LINE_PAGE)).text
    assert "Grave &lt;b&gt;" in page
    assert "Casque &lt;obligatoire&gt;" in page


async def test_the_first_rating_is_added_and_the_next_one_stands_on_what_was_read(shared: Site) -> None:
    page = (await shared.http.get(PAGE)).text
    assert 'name="revision" value="0"' in page
    assert 'name="residual.g"' in page
    shared.gateway.on("POST", f"{UNIT}/shared-ratings", a_rating(), status=201)
    done = await shared.http.post(PAGE, data={"revision": "0", "residual.g": "fort", "comment": " Ici "})
    assert done.headers["location"] == f"{LINE_PAGE}?saved=1#ratings"
    (added,) = writes(shared)
    told = json.loads(added.content)
    assert (told["line"], told["work_unit"], told["comment"]) == (SHARED, WORK_UNIT, "Ici")
    assert (told["residual"]["scale"], told["residual"]["values"], told["gross"]) == (SCALE, {"g": "fort"}, None)
    rated_by_denise(shared, measures=[{"what": "Capot"}])
    assert 'value="fort" selected' in (await shared.http.get(PAGE)).text
    await shared.http.post(PAGE, data={"revision": "3", "residual.g": "faible"})
    put = writes(shared)[-1]
    assert put.headers["if-match"] == '"3"'
    assert json.loads(put.content)["measures"][0]["what"] == "Capot", "what the form does not ask stays"


@pytest.mark.parametrize("revision", ["0", "2"])
async def test_who_rates_second_sees_both_ratings_and_keeps_what_they_typed(shared: Site, revision: str) -> None:
    rated_by_denise(shared, comment="Theirs")
    shared.gateway.on("PUT", f"{UNIT}/shared-ratings/{RATING}", STALE, status=412)
    page = await shared.http.post(PAGE, data={"revision": revision, "residual.g": "faible", "comment": "Mine"})
    assert page.status_code == 412
    cells = re.findall(r'<td class="words" role="cell">([^<]*)</td>', told_of(page.text))
    assert cells == ["Gravité faible", "Gravité fort", "Mine", "Theirs"]
    after = page.text.replace(told_of(page.text), "")
    assert ">Mine</textarea>" in after
    assert 'value="faible" selected' in after
    assert 'name="revision" value="3"' in after
    assert not [each for each in writes(shared) if each.method == "POST"]


async def test_another_refusal_keeps_what_was_typed(shared: Site) -> None:
    problem = STALE | {"status": 409, "detail": "The unit is closed."}
    shared.gateway.on("POST", f"{UNIT}/shared-ratings", problem, status=409)
    page = await shared.http.post(PAGE, data={"revision": "0", "residual.g": "fort", "comment": "Mine"})
    assert page.status_code == 409
    assert "The unit is closed." in page.text
    assert ">Mine</textarea>" in page.text
    assert 'value="fort" selected' in page.text


async def test_who_only_reads_is_led_to_the_line_and_offered_no_rating(shared: Site) -> None:
    shared.gateway.on("GET", "/v1/me", ME | {"scopes": [each | {"may_keep_duerp": False} for each in ME["scopes"]]})
    assert (await shared.http.get(PAGE)).headers["location"] == LINE_PAGE
    assert f'href="{PAGE}"' not in (await shared.http.get(LINE_PAGE)).text
