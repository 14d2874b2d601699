"""Versions: what is frozen stays, a changed byte is named, two are compared entry by entry."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.duerp.model import EntryRecord, added, changed
from services.gateway.duerp.ratings import ScaleVersion
from services.gateway.duerp.scales.examples import example
from services.gateway.duerp.versions.model import (
    VersionRecord,
    cited_scales,
    entries_of,
    faults_of,
    frozen,
)
from shared.duerp.canonical import canonical, digest
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.scales import Rating, Scale
from shared.http_api.duerp.snapshots import differences
from shared.http_api.duerp.unit import WorkUnit
from shared.http_api.duerp.versions import DifferenceType, FreezeBody, VersionFault
from tests.services.gateway.conftest import ASSISTANT, READER, STRANGER, Rig
from tests.services.gateway.duerp.test_duerp_api import OWN, a_line, get, post, put
from tests.support.sql import run_sql

NOW = datetime(2026, 11, 29, 8, tzinfo=UTC)
SCOPE = "unit:UMR5219"

# --- the canonical form ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None, "é"]}, '{"a":[true,null,"é"],"b":1}'),
        ({"B": 1, "a": 2, "_": 3}, '{"B":1,"_":3,"a":2}'),
        ('\u20ac$\u000f\nA\'B"\\\\"/', '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),  # RFC 8785, 3.2.2
        ("\x7f\u2028🧤", '"\x7f\u2028🧤"'),
    ],
)
def test_the_canonical_form_is_that_of_rfc_8785(value: Any, text: str) -> None:
    assert canonical(value) == text


def test_the_digest_is_sha256_of_the_text_in_utf8() -> None:
    # printf '{"a":"é"}' | sha256sum
    assert digest('{"a":"é"}') == "b3a092a6af48807fa9482b2ee140105575daa26d5b24b3c0e60a7e2dee6683b1"


@pytest.mark.parametrize("value", [0.5, {"a": 1.0}, {"é": 1}, {1: 2}, 2**53, {1}, b"a"])
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical(value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.integers(-(2**53) + 1, 2**53 - 1),
        lambda inner: st.lists(inner) | st.dictionaries(st.text("abc_", max_size=3), inner),
        max_leaves=10,
    )
)
def test_the_canonical_form_says_the_same_and_is_its_own(value: Any) -> None:
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text


# --- what is frozen --------------------------------------------------------------------------------------------------


def chain(length: int = 3) -> list[VersionRecord]:
    """Versions of a DUERP that changes each year."""
    scale = added(SCOPE, example("vigie"), "alice", NOW)
    room = added(SCOPE, WorkUnit(name="Salle blanche"), "alice", NOW)
    rating = Rating(scale=scale.id, version=1, values={"gravity": "4", "frequency": "2", "control": "1"})
    line = added(SCOPE, Line(work_unit=room.id, hazard="HF", articles=["R4412-66"], residual=rating), "alice", NOW)
    scales: dict[ScaleVersion, Scale] = {(scale.id, 1): example("vigie")}
    versions: list[VersionRecord] = []
    for number in range(length):
        records: list[EntryRecord] = [scale, room, line]
        assert cited_scales(records) == scales.keys()
        previous = versions[-1] if versions else None
        versions.append(frozen(SCOPE, FreezeBody(title=f"{2024 + number}"), records, scales, previous, "dora", NOW))
        line = changed(line, line.content.model_copy(update={"harm": f"Brûlure {number}"}), "alice", NOW)
    return versions


def test_a_version_has_what_it_stands_on_and_names_the_one_before_it() -> None:
    first, second, _ = chain()
    assert faults_of([first, second]) == {}
    assert (first.previous, second.previous) == (None, first.sha256)
    told = second.snapshot
    assert (told["sequence"], told["title"], told["frozen_by"], told["previous"]) == (2, "2025", "dora", first.sha256)
    assert {entry["kind"] for entry in told["entries"]} == {"scale", "work_unit", "line"}
    assert told["scales"][0]["content"]["axes"][0]["key"] == "gravity"
    assert told["articles"] == ["R4412-66"]


def test_every_byte_of_a_version_counts() -> None:
    first, second, third = chain()
    step = max(1, len(second.text) // 200)
    for place in range(0, len(second.text), step):
        letter = "x" if second.text[place] != "x" else "y"
        text = second.text[:place] + letter + second.text[place + 1 :]
        altered = second.model_copy(update={"text": text})
        assert VersionFault.CHANGED in faults_of([first, altered, third])[2]


def test_a_version_that_was_frozen_anew_breaks_the_chain_and_one_that_was_taken_away_is_missed() -> None:
    first, second, third = chain()
    text = second.text.replace("Brûlure", "Rougeur")
    forged = second.model_copy(update={"text": text, "sha256": digest(text)})
    assert faults_of([first, forged, third]) == {3: [VersionFault.CHAIN]}
    assert faults_of([first, third]) == {2: [VersionFault.MISSING]}
    assert faults_of([second, third]) == {1: [VersionFault.MISSING]}
    assert faults_of([first.model_copy(update={"title": "2023"})]) == {1: [VersionFault.ROW]}
    assert faults_of([]) == {}


def test_two_versions_are_compared_by_the_ids_that_entries_keep() -> None:
    first, second, _ = chain()
    (told,) = differences(first.snapshot, second.snapshot)
    assert told.type is DifferenceType.CHANGED
    assert [(each.field, each.before, each.after) for each in told.fields] == [("harm", "", "Brûlure 0")]
    assert differences(first.snapshot, first.snapshot) == []
    fewer = {**first.snapshot, "entries": first.snapshot["entries"][1:]}
    (gone,) = differences(first.snapshot, fewer)
    (new,) = differences(fewer, first.snapshot)
    assert (gone.type, new.type, gone.entry) == (DifferenceType.REMOVED, DifferenceType.ADDED, new.entry)


def test_a_versions_entries_are_read_again_as_they_were() -> None:
    first, second, _ = chain()
    again = entries_of(second)
    assert [canonical(each.content.model_dump(mode="json")) for each in again] == [
        canonical(entry["content"]) for entry in second.snapshot["entries"]
    ]
    scales = {(each.id, each.revision): each.content for each in again if isinstance(each.content, Scale)}
    body = FreezeBody(title=second.title)
    assert frozen(SCOPE, body, again, scales, first, "dora", NOW) == second


# --- over HTTP -------------------------------------------------------------------------------------------------------


async def test_a_frozen_version_stays_as_it_was_and_a_changed_byte_is_named(rig: Rig) -> None:
    line = await a_line(rig, comment="=1+1 « 0,05 » 🧪")
    frozen_now = await post(rig, f"{OWN}/versions", {"title": "2026", "participants": ["Zoé"]})
    assert frozen_now.status_code == 201, frozen_now.text
    opened = (await get(rig, frozen_now.json()["url"], READER)).json()
    await put(rig, line["url"], line["content"] | {"harm": "Brûlure"}, 1)
    await post(rig, f"{OWN}/versions", {"title": "2027"})
    assert (await get(rig, frozen_now.json()["url"])).json() == opened
    assert digest(canonical(opened["snapshot"])) == opened["sha256"]
    listed = (await get(rig, f"{OWN}/versions", limit=1)).json()
    assert ([each["sequence"] for each in listed["versions"]], listed["next"] is None) == ([2], False)
    compared = (await get(rig, f"{OWN}/versions/2/comparison", before=1)).json()
    assert [each["fields"] for each in compared["differences"]] == [
        [{"field": "harm", "before": "", "after": "Brûlure"}]
    ]
    verified = (await get(rig, f"{OWN}/verification", READER)).json()
    assert verified == {"unit": "UMR5219", "versions": 2, "intact": True, "faults": []}

    async with rig.gateway.database.writing() as session:
        words = "UPDATE duerp_versions SET text = replace(text, 'acide', 'Acide') WHERE sequence = 1"
        assert (await run_sql(session, words)).rowcount == 1
    verified = (await get(rig, f"{OWN}/verification")).json()
    assert (verified["intact"], verified["faults"]) == (False, [{"sequence": 1, "faults": ["changed"]}])
    refused = await get(rig, f"{OWN}/versions/1")
    assert (refused.status_code, refused.json()["type"]) == (500, "urn:vigie:problem:altered-version")
    assert (await get(rig, f"{OWN}/versions/2")).status_code == 200


async def test_s7_versions_are_the_units_own_and_frozen_by_who_keeps_them(rig: Rig) -> None:
    await a_line(rig)
    assert (await post(rig, f"{OWN}/versions", {"title": "2026"}, READER)).status_code == 403
    assert (await post(rig, f"{OWN}/versions", {"title": "2026"}, STRANGER)).status_code == 404
    assert (await post(rig, f"{OWN}/versions", {"title": "2026"}, ASSISTANT)).status_code == 201
    for path in ("versions", "versions/1", "versions/1/comparison?before=1", "verification"):
        assert (await get(rig, f"{OWN}/{path}", STRANGER)).status_code == 404
    assert (await get(rig, "/v1/duerp/UMR1/versions", STRANGER)).json()["versions"] == []
    assert (await get(rig, "/v1/duerp/UMR1/versions/1", STRANGER)).status_code == 404
    assert (await get(rig, "/v1/duerp/UMR1/verification", STRANGER)).json()["versions"] == 0
