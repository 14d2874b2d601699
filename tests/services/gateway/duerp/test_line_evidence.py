"""What lines stand on: whose document it is, and that a withdrawn one leaves no word in them (S13, S23)."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.contracts.identities import passage_id
from shared.http_api.duerp.lines import LineEvidence
from shared.rendering.sources import standing
from tests.services.gateway.conftest import ADMIN, ASSISTANT, STRANGER, UNIT, Rig
from tests.services.gateway.duerp.test_duerp_api import OWN, a_line, added, get, post, put
from tests.services.gateway.duerp.test_exact_import import exported, sent, written
from tests.services.gateway.test_withdrawals import SECRET, grace_passes, left, on_the_disk, withdraw
from tests.support.sql import run_sql

LAW = "Article R. 4121-2 du Code du travail"
FOUND = {"typed": '"typed":true', "found": '"typed":false'}
CORPUS = "application/vnd.vigie.fiche-travail+json"

Json = dict[str, Any]


async def document(rig: Rig, person: Any = ASSISTANT, scope: str = UNIT, **fields: str) -> Json:
    said = {"title": f"Note {SECRET}", "key": f"{SECRET}/a.txt"} | fields
    response = await rig.upload(person, b"Some words.", "a.txt", scope=scope, **said)
    assert response.status_code == 202, response.text
    found: Json = response.json()
    return found


def citing(cited: Json, **fields: Any) -> Json:
    passage = passage_id(UUID(cited["version"]), 0)
    return {"reference": f"Note {SECRET}", "passage": passage, "quote": f"Le {SECRET} chante."} | fields


async def stands_on(rig: Rig, line: Json) -> list[Json]:
    content = (await get(rig, line["url"])).json()["content"]
    found: list[Json] = content["evidence"]
    return found


async def test_s23_a_line_says_whose_document_it_stands_on_whatever_is_sent(rig: Rig) -> None:
    of_unit = await document(rig, title=LAW)
    of_others = await document(rig, STRANGER, "unit:UMR1")
    of_all = await document(rig, ADMIN, "public")
    guide = await document(rig, ADMIN, "public", key="guide", media_type=CORPUS)
    claims = {"scope": "public", "origin": "corpus", "typed": False, "withdrawn": True}
    told = [citing(each, reference=LAW, **claims) for each in (of_unit, of_others, of_all, guide)]
    line = await a_line(rig, evidence=[*told, {"reference": LAW, **claims}])
    assert [
        (each["scope"], each["origin"], each["typed"], each["withdrawn"]) for each in await stands_on(rig, line)
    ] == [
        (UNIT, "unit", True, False),
        (None, None, True, False),
        ("public", "upload", True, False),
        ("public", "corpus", True, False),
        (None, None, True, False),
    ]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"scope": UNIT, "origin": "unit"}, "document of the unit UMR5219"),
        (
            {"scope": UNIT, "origin": "unit", "typed": True},
            "document of the unit UMR5219, typed by a person, not checked",
        ),
        ({"scope": "public", "origin": "corpus"}, "public corpus"),
        ({"typed": True}, "typed by a person, not checked"),
        ({"scope": UNIT, "origin": "unit", "withdrawn": True}, "document withdrawn"),
    ],
)
def test_s23_what_a_line_stands_on_is_never_shown_without_whose_it_is(said: Json, words: str) -> None:
    assert standing(LineEvidence.model_validate({"reference": LAW, "passage": "p", **said}), "en") == words


async def test_evidence_that_nobody_changed_stays_as_it_was_told(rig: Rig) -> None:
    line = await a_line(rig, evidence=[citing(await document(rig))])
    same = await put(rig, line["url"], line["content"], line["revision"])
    assert same.json()["revision"] == line["revision"]
    async with rig.gateway.database.writing() as session:  # as if the chain had found it
        connection = await session.connection()
        await connection.execute(text("UPDATE duerp_entries SET content = replace(content, :typed, :found)"), FOUND)
    changed = await put(rig, line["url"], line["content"] | {"harm": "x"}, line["revision"])
    assert [each["typed"] for each in changed.json()["content"]["evidence"]] == [False]


@pytest.mark.parametrize("scope", [UNIT, "public"])
async def test_s13_a_withdrawn_document_leaves_no_word_in_lines_history_and_files(rig: Rig, scope: str) -> None:
    sent_by = ASSISTANT if scope == UNIT else ADMIN
    cited = await document(rig, sent_by, scope)
    line = await a_line(rig, evidence=[citing(cited), {"reference": "R4412-66", "quote": "Autre source."}])
    changed = await put(rig, line["url"], line["content"] | {"harm": "Brûlure"}, 1)
    shared = await added(rig, "shared-lines", {"family": "noise", "hazard": "Bruit", "evidence": [citing(cited)]})
    gone = await added(rig, "lines", line["content"])
    await post(rig, f"{gone['url']}/archive", {}, headers={"if-match": "*"})
    await post(rig, f"{line['url']}/decision", {"state": "accepted"}, headers={"if-match": "*"})
    assert SECRET.encode() in await exported(rig)
    assert any(SECRET.encode() in each for each in rig.store.objects.values())

    response = await rig.http.delete(cited["url"], headers=rig.headers(sent_by))
    assert response.status_code == 202
    await rig.work_once()
    await rig.reported(left(cited))

    assert SECRET.encode() not in on_the_disk(rig)
    assert not any(SECRET.encode() in each for each in rig.store.objects.values())
    assert SECRET.encode() not in await exported(rig)
    now = (await get(rig, line["url"])).json()
    blank, other = now["content"]["evidence"]
    assert (blank["reference"], blank["quote"], blank["withdrawn"]) == ("\u2014", "", True)
    assert (blank["passage"], blank["scope"]) == (citing(cited)["passage"], scope)
    assert (other["reference"], other["quote"], other["withdrawn"]) == ("R4412-66", "Autre source.", False)
    assert (now["decided"]["state"], now["content"]["harm"], now["updated_by"]) == (
        "accepted",
        "Brûlure",
        "vigie-gateway",
    )
    assert now["revision"] == changed.json()["revision"] + 2
    for each in (shared, gone):
        assert [one["withdrawn"] for one in await stands_on(rig, each)] == [True, False][
            : len(each["content"]["evidence"])
        ]
    history = (await get(rig, f"{OWN}/changes", entry=line["id"])).json()["changes"]
    assert [each["revision"] for each in history] == [4, 3, 2, 1]


async def test_s13_a_line_from_before_its_documents_were_noted_loses_their_words_too(rig: Rig) -> None:
    cited = await document(rig)
    await a_line(rig, evidence=[citing(cited)])
    async with rig.gateway.database.writing() as session:
        for table in ("duerp_entries", "duerp_changes"):
            await run_sql(session, f"UPDATE {table} SET cited = NULL")
    await withdraw(rig, cited)
    await rig.work_once()
    assert SECRET.encode() not in on_the_disk(rig)


async def test_s13_words_of_a_withdrawn_document_are_not_written_again(rig: Rig) -> None:
    cited = await document(rig)
    line = await a_line(rig, evidence=[citing(cited)])
    file = await exported(rig)
    await withdraw(rig, cited)
    await rig.work_once()
    again = await put(rig, line["url"], line["content"] | {"harm": "Brûlure"}, 2)
    assert [each["withdrawn"] for each in again.json()["content"]["evidence"]] == [True]
    await added(rig, "lines", line["content"])
    assert SECRET.encode() not in on_the_disk(rig)
    response = await written(rig, await sent(rig, file, "json"), replace=True)
    assert response.status_code == 200, response.text
    async with rig.gateway.database.reading() as session:
        contents = (
            await run_sql(session, "SELECT content FROM duerp_entries UNION SELECT content FROM duerp_changes")
        ).all()
    assert contents
    assert not any(SECRET in content for (content,) in contents)


async def test_s13_a_file_that_was_on_its_way_goes_with_the_repetition(rig: Rig) -> None:
    cited = await document(rig)
    await a_line(rig, evidence=[citing(cited)])
    await exported(rig)
    [key] = [each for each in rig.store.objects if each.endswith("/file")]
    late = rig.store.objects[key]
    await withdraw(rig, cited)
    await rig.work_once()
    await rig.reported(left(cited))
    rig.store.objects[key] = late
    await rig.work_once()
    assert key in rig.store.objects
    await grace_passes(rig)
    await rig.work_once()
    await rig.work_once()
    assert key not in rig.store.objects


async def test_a_frozen_version_keeps_the_words_that_it_was_frozen_with(rig: Rig) -> None:
    cited = await document(rig)
    await a_line(rig, evidence=[citing(cited)])
    frozen = (await post(rig, f"{OWN}/versions", {"title": "2026"})).json()
    await withdraw(rig, cited)
    await rig.work_once()
    await post(rig, f"{OWN}/versions", {"title": "2027"})
    assert (await get(rig, f"{OWN}/verification")).json()["intact"]
    first, second = [(await get(rig, f"{OWN}/versions/{number}")).text for number in (1, 2)]
    assert frozen["sequence"] == 1
    assert SECRET in first
    assert SECRET not in second
