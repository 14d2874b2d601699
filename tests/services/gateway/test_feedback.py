"""Feedback on answers: one's own, changeable; what an admin sees of it, and what not."""

import pytest

from services.standalone.local_issuer import Person
from shared.contracts.questions import Outcome
from tests.services.gateway.conftest import ADMIN, ASSISTANT, READER, STRANGER, Json, Rig
from tests.services.gateway.test_lists import ask

SECRET = "cryostat-émeraude"


async def answered(rig: Rig, subject: str = "rene", text: str = f"Où est le {SECRET} ?") -> str:
    question = await ask(rig, text, subject)
    await rig.ends.finish(question, Outcome(answer=f"Le {SECRET} est là. [1]", mode="extractive"))
    return f"/v1/questions/{question}/feedback"


async def test_it_is_given_changed_read_and_taken_back(rig: Rig) -> None:
    url, mine = await answered(rig), rig.headers(READER)
    assert (await rig.http.get(url, headers=mine)).status_code == 404
    given = await rig.http.post(url, headers=mine, json={"verdict": "up"})
    assert (given.status_code, given.json()["verdict"], given.json()["url"]) == (200, "up", url)
    body = {"verdict": "down", "reason": "bad-citation", "comment": "  La page est fausse.\n"}
    changed = (await rig.http.put(url, headers=mine, json=body)).json()
    assert (changed["reason"], changed["comment"]) == ("bad-citation", "La page est fausse.")
    assert changed["created_at"] == given.json()["created_at"] < changed["updated_at"]
    assert (await rig.http.get(url, headers=mine)).json() == changed
    assert (await rig.http.put(url, headers=mine, json={"verdict": "up"})).json()["comment"] is None
    assert (await rig.http.delete(url, headers=mine)).status_code == 204
    assert (await rig.http.delete(url, headers=mine)).status_code == 404
    assert (await rig.http.get(url, headers=mine)).status_code == 404


async def test_verdicts_are_counted_as_they_are_given(rig: Rig) -> None:
    url, mine = await answered(rig), rig.headers(READER)
    for body in ({"verdict": "up"}, {"verdict": "up"}, {"verdict": "down", "reason": "wrong", "comment": SECRET}, {}):
        await rig.http.put(url, headers=mine, json=body)
    told = (await rig.http.get("/metrics")).text
    assert 'vigie_feedback_total{reason="",verdict="up"} 2.0' in told
    assert 'vigie_feedback_total{reason="wrong",verdict="down"} 1.0' in told
    assert SECRET not in told


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"verdict": "sideways"},
        {"verdict": "down", "reason": "ugly"},
        {"verdict": "up", "reason": "wrong"},
        {"verdict": "down", "comment": "x" * 2001},
        {"verdict": "down", "comment": "a\x00b"},
        {"verdict": "up", "author": "somebody"},
    ],
    ids=str,
)
async def test_what_is_no_feedback_is_a_problem(rig: Rig, body: Json) -> None:
    url = await answered(rig)
    response = await rig.http.put(url, headers=rig.headers(READER), json=body)
    assert (response.status_code, response.json()["type"]) == (422, "urn:vigie:problem:invalid-input")
    assert "…" not in response.json()["detail"]
    assert (await rig.http.get(url, headers=rig.headers(READER))).status_code == 404


async def test_a_question_without_an_end_waits_for_it(rig: Rig) -> None:
    question = await ask(rig, "Quand agir ?")
    url = f"/v1/questions/{question}/feedback"
    assert (await rig.http.put(url, headers=rig.headers(READER), json={"verdict": "up"})).status_code == 409


async def test_s7_a_question_of_somebody_else_is_not_judged(rig: Rig) -> None:
    url = await answered(rig)
    await rig.http.put(url, headers=rig.headers(READER), json={"verdict": "up"})
    for person in (STRANGER, ADMIN, ASSISTANT):
        for method, body in (
            ("PUT", {"verdict": "down"}),
            ("POST", {"verdict": "down"}),
            ("GET", None),
            ("DELETE", None),
        ):
            response = await rig.http.request(method, url, headers=rig.headers(person), json=body)
            assert (response.status_code, SECRET in response.text) == (404, False)
    assert (await rig.http.get(url, headers=rig.headers(READER))).json()["verdict"] == "up"


async def test_an_admin_sees_verdicts_and_no_text(rig: Rig) -> None:
    bodies = [
        ("rene", READER, {"verdict": "up"}),
        ("alice", ASSISTANT, {"verdict": "down", "reason": "outdated", "comment": f"Le {SECRET} a changé."}),
        ("mallory", STRANGER, {"verdict": "down", "reason": "wrong"}),
    ]
    for subject, person, body in bodies:
        url = await answered(rig, subject)
        await rig.http.put(url, headers=rig.headers(person), json=body)
    response = await rig.http.get("/v1/feedback", headers=rig.headers(ADMIN))
    entries = response.json()["feedback"]
    assert [(each["verdict"], each["reason"], each["commented"]) for each in entries] == [
        ("down", "wrong", False),
        ("down", "outdated", True),
        ("up", None, False),
    ]
    assert {(each["state"], each["mode"], each["backend"]) for each in entries} == {
        ("answered", "extractive", "extractive")
    }
    for hidden in (SECRET, "alice", "rene", "mallory", "changé"):
        assert hidden not in response.text
    for query, count in (
        ({"verdict": "down"}, 2),
        ({"reason": ["wrong", "outdated"]}, 2),
        ({"until": "2020-01-01"}, 0),
    ):
        found = (await rig.http.get("/v1/feedback", headers=rig.headers(ADMIN), params=query)).json()["feedback"]
        assert len(found) == count
    first = (await rig.http.get("/v1/feedback", headers=rig.headers(ADMIN), params={"limit": 2})).json()
    query = {"limit": 2, "after": first["next"]}
    rest = (await rig.http.get("/v1/feedback", headers=rig.headers(ADMIN), params=query)).json()
    assert first["feedback"] + rest["feedback"] == entries
    assert rest["next"] is None


@pytest.mark.parametrize("person", [READER, ASSISTANT, STRANGER], ids=lambda person: person.user)
async def test_nobody_else_sees_everybody_s(rig: Rig, person: Person) -> None:
    response = await rig.http.get("/v1/feedback", headers=rig.headers(person))
    assert (response.status_code, response.json()["type"]) == (403, "urn:vigie:problem:forbidden")
