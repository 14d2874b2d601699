"""How risks like one are rated stands beside its rating."""

from typing import Any
from uuid import UUID, uuid4

from services.web.duerp.neighbours import MOST, neighbours
from shared.http_api.duerp.entries import Entry
from shared.http_api.duerp.lines import Line
from tests.services.web.conftest import Site
from tests.services.web.test_documents import ME
from tests.services.web.test_duerp import LINE, UNIT, WORK_UNIT, a_line, entry

ROOM = uuid4()
RATED = {"scale": str(uuid4()), "version": 1, "values": {"gravity": "3", "frequency": "2"}, "level": "moyen"}
AXES = {"gravity": "Gravité", "frequency": "Fréquence"}


def line(identity: str = "", **content: Any) -> dict[str, Any]:
    decided = {"state": content.pop("state", "accepted"), "by": "alice", "at": "2026-01-01T00:00:00Z", "why": ""}
    return entry("line", {"work_unit": WORK_UNIT, **content}, identity or str(uuid4()), decided=decided)


def model(told: dict[str, Any]) -> Entry[Line]:
    return Entry[Line].model_validate(told)


MINE = model(line(hazard="Azote", family="cryogenics_gases_anoxia", elements=[str(ROOM)]))


def names(*others: dict[str, Any]) -> list[str]:
    return [each.name for each in neighbours(MINE, [MINE, *map(model, others)], {}, AXES)]


def test_risks_of_the_same_room_come_before_those_of_the_family() -> None:
    family = line(hazard="Hélium", family="cryogenics_gases_anoxia", residual=RATED)
    room = line(hazard="Chute", family="same_level_falls", elements=[str(ROOM)], gross=RATED)
    assert names(family, room, line(hazard="Bruit", family="noise", residual=RATED)) == ["Chute", "Hélium"]


def test_what_is_not_rated_or_rejected_and_the_line_itself_are_no_neighbours() -> None:
    unrated = line(hazard="Hélium", family="cryogenics_gases_anoxia")
    rejected = line(hazard="Argon", family="cryogenics_gases_anoxia", residual=RATED, state="rejected")
    assert names(unrated, rejected) == []


def test_three_are_shown_with_their_place_and_rating() -> None:
    many = [
        model(line(hazard=f"Gaz {number}", family="cryogenics_gases_anoxia", residual=RATED)) for number in range(9)
    ]
    found = neighbours(MINE, many, {UUID(WORK_UNIT): "Salle 12"}, AXES)
    assert len(found) == MOST
    assert (found[0].place, found[0].rating) == ("Salle 12", "moyen (Gravité 3, Fréquence 2)")


async def test_a_line_s_page_shows_them_and_escapes_them(site: Site) -> None:
    await site.sign_in()
    site.gateway.on("GET", "/v1/me", ME)
    other = line(hazard="Hélium <b>", family="noise", residual=RATED)
    site.gateway.on("GET", f"{UNIT}/lines", {"entries": [other], "next": None})
    site.gateway.on("GET", f"{UNIT}/lines/{LINE}", a_line(family="noise"))
    for nothing in ("work-units", "shared-lines", "shared-ratings", "actions", "elements", "statements"):
        site.gateway.on("GET", f"{UNIT}/{nothing}", {"entries": [], "next": None})
    page = (await site.http.get(f"/duerp/UMR5219/lines/{LINE}")).text
    assert "Risks like this one" in page
    assert "Hélium &lt;b&gt;" in page
    assert "moyen" in page
