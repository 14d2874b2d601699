"""What has changed since the version before, in front of an export."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from services.gateway.duerp.exports.composition import compose
from services.gateway.duerp.exports.formats import written
from shared.http_api.duerp.exports import ExportFormat
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.lines import ExistingMeasure, Line
from shared.http_api.duerp.programme import Action, ActionStatus
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


def told_of_change(before: Content, now: Content) -> str:
    """Return what the section says of one entry that changed."""
    duerp = clean_room()
    entry = next(each for each in duerp.entries if each.content == now or type(each.content) is type(now))
    entries = [each.model_copy(update={"content": now}) if each.id == entry.id else each for each in duerp.entries]
    former = {each.id: each.content for each in entries} | {entry.id: before}
    first = compose(replace(duerp, entries=entries, former=(1, former)), "en").sections[0]
    assert first.table is not None
    (row,) = first.table.rows
    assert row.cells[2] == "changed"
    return row.cells[3]


def test_a_committee_reads_which_rating_measure_day_status_and_cost_became_which() -> None:
    duerp = clean_room()
    line = next(each.content for each in duerp.entries if isinstance(each.content, Line) and each.content.residual)
    assert line.residual is not None
    worse = line.residual.model_copy(update={"level": "critical", "score": Decimal(48)})
    said = told_of_change(line, line.model_copy(update={"residual": worse}))
    assert said.startswith("Residual risk: ")
    assert "\N{RIGHTWARDS ARROW} critical (48)" in said
    hood, mask = ExistingMeasure(what="Fume hood"), ExistingMeasure(what="Mask")
    checked = hood.model_copy(update={"checked_on": date(2026, 3, 2)})
    said = told_of_change(
        line.model_copy(update={"measures": [hood, mask]}), line.model_copy(update={"measures": [checked]})
    )
    assert "taken away: Mask" in said
    assert "Fume hood \N{RIGHTWARDS ARROW} Fume hood (checked on 2026-03-02)" in said
    action = Action(what="Close the hood", due=date(2026, 5, 1), cost=Decimal(1200))
    later = {"due": date(2026, 9, 30), "cost": Decimal(1500), "status": ActionStatus.STARTED}
    said = told_of_change(action, action.model_copy(update=later))
    assert "Due: 2026-05-01 \N{RIGHTWARDS ARROW} 2026-09-30" in said
    assert "Status: planned \N{RIGHTWARDS ARROW} started" in said
    assert "1,200" in said
    assert "1,500" in said
    assert "other fields" not in said


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
