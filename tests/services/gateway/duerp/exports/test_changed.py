"""What has changed since the version before, in front of an export."""

from dataclasses import replace

from services.gateway.duerp.exports.composition import compose
from services.gateway.duerp.exports.formats import written
from shared.http_api.duerp.exports import ExportFormat
from shared.http_api.duerp.lines import Line
from tests.services.gateway.conftest import Rig
from tests.services.gateway.duerp.exports.clean_room import clean_room
from tests.services.gateway.duerp.test_duerp_api import OWN, added, get, post, put


def test_added_changed_and_removed_risks_stand_in_front_and_nothing_where_nothing_did() -> None:
    duerp = clean_room()
    same = {each.id: each.content for each in duerp.entries}
    lines = [(each.id, each.content) for each in duerp.entries if isinstance(each.content, Line)]
    before = {identity: content for identity, content in same.items() if identity != lines[0][0]}
    before[lines[1][0]] = lines[1][1].model_copy(update={"hazard": "Ancien danger"})
    gone = {entry.id: entry.content for entry in clean_room(more=1).entries if entry.id not in same}
    first = compose(replace(duerp, former=(3, before | gone)), "en").sections[0]
    assert first.title == "What has changed since version 3"
    assert first.table is not None
    told = {(row.cells[1], row.cells[2]) for row in first.table.rows}
    assert (lines[0][1].hazard, "added") in told
    assert any(how == "changed" for _, how in told)
    assert any("Ancien danger" in row.cells[3] for row in first.table.rows)
    assert sum(how == "removed" for _, how in told) >= 1
    nothing = compose(replace(duerp, former=(3, same)), "en").sections[0]
    assert (nothing.paragraphs, nothing.table) == (("Nothing has changed.",), None)
    assert compose(duerp, "en").sections[0].title != "What has changed since version 3"


def test_every_format_is_written_with_it() -> None:
    duerp = replace(clean_room(), former=(1, {}))
    for kind in ExportFormat:
        assert written(duerp, kind, "fr")


async def test_a_version_is_compared_with_the_one_before_and_today_with_the_newest(rig: Rig) -> None:
    place = await added(rig, "work-units", {"name": "Salle"})
    line = await added(rig, "lines", {"work_unit": place["id"], "family": "noise", "hazard": "Presse"})
    assert (await post(rig, f"{OWN}/versions", {"title": "2026"})).status_code == 201
    await put(rig, line["url"], line["content"] | {"hazard": "Presse plieuse"}, 1)
    for params in ({"changes": "true"}, {"changes": "true", "version": 1}):
        found = await get(rig, f"{OWN}/export", format="docx", **params)
        assert found.status_code == 200, found.text
    assert (await get(rig, f"{OWN}/export", format="docx", changes="true", version=9)).status_code == 404
