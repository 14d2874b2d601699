"""Feedback on answers: one's own, changeable; what an admin sees of it, and what not."""

import pytest

from shared.contracts.questions import Outcome
from tests.services.gateway.conftest import ADMIN, ASSISTANT, READER, STRANGER, Bench
from tests.services.gateway.test_lists import ask

SECRET = "cryostat-émeraude"


async def answered(bench: Bench, subject: str = "rene", text: str = f"Où est le {SECRET} ?") -> str:
    question = await ask(bench, text, subject)
    await bench.gateway.questions.finish(question, Outcome(answer=f"Le {SECRET} est là. [1]", mode="extractive"))
    return f"/v1/questions/{question}/feedback"


async def test_it_is_given_changed_read_and_taken_back(bench: Bench) -> None:
    url, mine = await answered(bench), bench.headers(READER)
    assert (await bench.http.get(url, headers=mine)).status_code == 404
    given = await bench.http.post(url, headers=mine, json={"verdict": "up"})
    assert (given.status_code, given.json()["verdict"], given.json()["url"]) == (200, "up", url)
    body = {"verdict": "down", "reason": "bad-citation", "comment": "  La page est fausse.\n"}
    changed = (await bench.http.put(url, headers=mine, json=body)).json()
    assert (changed["reason"], changed["comment"]) == ("bad-citation", "La page est fausse.")
    assert changed["created_at"] == given.json()["created_at"] < changed["updated_at"]
    assert (await bench.http.get(url, headers=mine)).json() == changed
    assert (await bench.http.put(url, headers=mine, json={"verdict": "up"})).json()["comment"] is None
    assert (await bench.http.delete(url, headers=mine)).status_code == 204
    assert (await bench.http.delete(url, headers=mine)).status_code == 404
    assert (await bench.http.get(url, headers=mine)).status_code == 404


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
async def test_what_is_no_feedback_is_a_problem(bench: Bench, body: dict) -> None:
    url = await answered(bench)
    response = await bench.http.put(url, headers=bench.headers(READER), json=body)
    assert (response.status_code, response.json()["type"]) == (422, "urn:vigie:problem:invalid-input")
    assert "…" not in response.json()["detail"]
    assert (await bench.http.get(url, headers=bench.headers(READER))).status_code == 404


async def test_a_question_without_an_end_waits_for_it(bench: Bench) -> None:
    question = await ask(bench, "Quand ?")
    url = f"/v1/questions/{question}/feedback"
    assert (await bench.http.put(url, headers=bench.headers(READER), json={"verdict": "up"})).status_code == 409


async def test_s7_a_question_of_somebody_else_is_not_judged(bench: Bench) -> None:
    url = await answered(bench)
    await bench.http.put(url, headers=bench.headers(READER), json={"verdict": "up"})
    for person in (STRANGER, ADMIN, ASSISTANT):
        for method, body in (
            ("PUT", {"verdict": "down"}),
            ("POST", {"verdict": "down"}),
            ("GET", None),
            ("DELETE", None),
        ):
            response = await bench.http.request(method, url, headers=bench.headers(person), json=body)
            assert (response.status_code, SECRET in response.text) == (404, False)
    assert (await bench.http.get(url, headers=bench.headers(READER))).json()["verdict"] == "up"


async def test_an_admin_sees_verdicts_and_no_text(bench: Bench) -> None:
    bodies = [
        ("rene", READER, {"verdict": "up"}),
        ("alice", ASSISTANT, {"verdict": "down", "reason": "outdated", "comment": f"Le {SECRET} a changé."}),
        ("mallory", STRANGER, {"verdict": "down", "reason": "wrong"}),
    ]
    for subject, person, body in bodies:
        url = await answered(bench, subject)
        await bench.http.put(url, headers=bench.headers(person), json=body)
    response = await bench.http.get("/v1/feedback", headers=bench.headers(ADMIN))
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
        found = (await bench.http.get("/v1/feedback", headers=bench.headers(ADMIN), params=query)).json()["feedback"]
        assert len(found) == count
    first = (await bench.http.get("/v1/feedback", headers=bench.headers(ADMIN), params={"limit": 2})).json()
    query = {"limit": 2, "after": first["next"]}
    rest = (await bench.http.get("/v1/feedback", headers=bench.headers(ADMIN), params=query)).json()
    assert first["feedback"] + rest["feedback"] == entries
    assert rest["next"] is None


@pytest.mark.parametrize("person", [READER, ASSISTANT, STRANGER], ids=lambda person: person.user)
async def test_nobody_else_sees_everybody_s(bench: Bench, person) -> None:
    response = await bench.http.get("/v1/feedback", headers=bench.headers(person))
    assert (response.status_code, response.json()["type"]) == (403, "urn:vigie:problem:forbidden")
