"""Lists of documents and questions: filters, orders, pages."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.standalone.local_issuer import Person
from shared.contracts.base import Failure
from shared.contracts.documents import DocumentProgressed
from shared.contracts.questions import Outcome, QuestionAsked
from tests.services.gateway.conftest import ADMIN, ASSISTANT, READER, STRANGER, UNIT, Json, Rig


async def listed(rig: Rig, person: Person = ADMIN, url: str = "/v1/documents", /, **query: str | int) -> list[str]:
    """Keys of documents, or words of questions, over all pages."""
    kind, field = ("documents", "key") if url == "/v1/documents" else ("questions", "question")
    found: list[str] = []
    after: str | None = None
    while True:
        params = query | ({"after": after} if after else {})
        response = await rig.http.get(url, headers=rig.headers(person), params=params)
        assert response.status_code == 200, response.text
        page = response.json()
        found += [each[field] for each in page[kind]]
        after = page["next"]
        if after is None:
            return found


@pytest.fixture
async def library(rig: Rig) -> Rig:
    for key, title, metadata in (
        ("a/evaluation.md", "Évaluation des risques", '{"auteur": "Durand", "annee": "2024"}'),
        ("b/oeuvres.txt", "Manœuvres", '{"auteur": "Zoé"}'),
        ("c/100%_sur.md", "Sûreté", "{}"),
    ):
        response = await rig.upload(
            ADMIN, key.encode(), key.rpartition("/")[2], key=key, title=title, metadata=metadata
        )
        assert response.status_code == 202, response.text
    return rig


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({}, ["a/evaluation.md", "b/oeuvres.txt", "c/100%_sur.md"]),
        ({"search": "evaluation RISQUES"}, ["a/evaluation.md"]),
        ({"search": "manoeuvres"}, ["b/oeuvres.txt"]),
        ({"search": "MANŒUVRES"}, ["b/oeuvres.txt"]),
        ({"search": "%_"}, ["c/100%_sur.md"]),
        ({"search": "evaluation sûreté"}, []),
        ({"search": "a/eval"}, ["a/evaluation.md"]),
        ({"media_type": "text/plain"}, ["b/oeuvres.txt"]),
        ({"media_type": ["text/plain", "text/markdown"]}, ["a/evaluation.md", "b/oeuvres.txt", "c/100%_sur.md"]),
        ({"state": "indexed"}, []),
        ({"state": ["accepted", "indexed"], "scope": "public"}, ["a/evaluation.md", "b/oeuvres.txt", "c/100%_sur.md"]),
        ({"scope": UNIT}, []),
        ({"metadata": "auteur=Zoé"}, ["b/oeuvres.txt"]),
        ({"metadata": ["auteur=Durand", "annee=2024"]}, ["a/evaluation.md"]),
        ({"metadata": ["auteur=Durand", "annee=2025"]}, []),
        ({"metadata": "nobody=x"}, []),
        ({"order": "oldest", "limit": 1}, ["a/evaluation.md", "b/oeuvres.txt", "c/100%_sur.md"]),
        ({"order": "newest", "limit": 2}, ["c/100%_sur.md", "b/oeuvres.txt", "a/evaluation.md"]),
        ({"since": "2020-01-01"}, ["a/evaluation.md", "b/oeuvres.txt", "c/100%_sur.md"]),
        ({"until": "2020-01-01T00:00:00+02:00"}, []),
    ],
)
async def test_documents_by_what_one_knows_of_them(library: Rig, query: Json, keys: list[str]) -> None:
    assert await listed(library, **query) == keys


async def test_documents_submitted_in_between(library: Rig) -> None:
    times = [
        datetime.fromisoformat(each["created_at"])
        for each in (await library.http.get("/v1/documents", headers=library.headers(ADMIN))).json()["documents"]
    ]
    middle = {"since": times[1].isoformat(), "until": times[2].isoformat()}
    assert await listed(library, **middle) == ["b/oeuvres.txt"]


async def test_what_comes_in_while_one_turns_pages_doubles_nothing(library: Rig) -> None:
    headers = library.headers(ADMIN)
    first = (await library.http.get("/v1/documents", headers=headers, params={"limit": 2})).json()
    await library.upload(ADMIN, b"new", "a.md", key="a/0.md")
    await library.http.delete(first["documents"][1]["url"], headers=headers)
    query = {"limit": 2, "after": first["next"]}
    rest = (await library.http.get("/v1/documents", headers=headers, params=query)).json()
    assert [each["key"] for each in rest["documents"]] == ["c/100%_sur.md"]


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0}, {"limit": 1001}, {"state": "lost"}, {"order": "random"}, {"after": "x"}, {"after": "W10"},
        {"metadata": "auteur"}, {"metadata": "../x=1"}, {"since": "yesterday"}, {"search": "x" * 201},
        {"colour": "red"},
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("url", ["/v1/documents", "/v1/questions", "/v1/feedback"])
async def test_a_query_that_makes_no_sense_is_a_problem(rig: Rig, url: str, query: Json) -> None:
    response = await rig.http.get(url, headers=rig.headers(ADMIN), params=query)
    assert (response.status_code, response.json()["type"]) == (422, "urn:vigie:problem:invalid-input")
    assert "…" not in response.json()["detail"]


async def test_a_page_of_another_order_is_told(library: Rig) -> None:
    headers = library.headers(ADMIN)
    first = (await library.http.get("/v1/documents", headers=headers, params={"limit": 1})).json()
    query = {"after": first["next"], "order": "newest"}
    response = await library.http.get("/v1/documents", headers=headers, params=query)
    assert (response.status_code, "another list" in response.json()["detail"]) == (422, True)


async def test_s7_filters_open_nothing(rig: Rig) -> None:
    await rig.upload(ASSISTANT, b"secret", "secret.md", scope=UNIT, metadata='{"auteur": "Durand"}')
    for query in ({}, {"scope": UNIT}, {"search": "secret"}, {"metadata": "auteur=Durand"}, {"state": "accepted"}):
        assert await listed(rig, STRANGER, **query) == []
        assert await listed(rig, ADMIN, **query) == []
        assert await listed(rig, READER, **query) == ["secret.md"]


async def test_a_failed_document_is_found_by_its_state(library: Rig) -> None:
    document = (await library.http.get("/v1/documents", headers=library.headers(ADMIN))).json()["documents"][0]
    failed = DocumentProgressed(
        document_id=document["id"],
        version_id=document["version"],
        sequence=1,
        stage="failed",
        failure=Failure(code="unreadable-document", params={"reason": "binary"}),
    )
    await library.reported(failed)
    assert await listed(library, state="failed") == ["a/evaluation.md"]


async def ask(rig: Rig, text: str, subject: str = "rene", at: datetime | None = None) -> UUID:
    """A question that somebody asked, without waiting for its answer."""
    now = at or datetime.now(UTC)
    deadline = now + timedelta(minutes=1)
    event = QuestionAsked(question_id=uuid4(), text=text, grant="g", deadline=deadline, occurred_at=now)
    await rig.asked.accept(event, subject, None)
    return event.question_id


async def test_ones_own_questions_newest_first(rig: Rig) -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    for day, text in enumerate(["Où est l'azote ?", "À quelle fréquence ?", "Quels gants ?"]):
        await ask(rig, text, at=start + timedelta(days=day))
    await ask(rig, "Autre personne ?", "mallory")
    answered = await ask(rig, "Répondu ?", at=start + timedelta(days=9))
    await rig.ends.finish(answered, Outcome(answer="Oui. [1]"))
    url = "/v1/questions"
    everything = ["Répondu ?", "Quels gants ?", "À quelle fréquence ?", "Où est l'azote ?"]
    assert await listed(rig, READER, url) == everything
    assert await listed(rig, READER, url, limit=1) == everything
    assert await listed(rig, READER, url, search="a quelle FREQUENCE") == ["À quelle fréquence ?"]
    assert await listed(rig, READER, url, state="answered") == ["Répondu ?"]
    between = {"since": "2026-03-02", "until": "2026-03-03"}
    assert await listed(rig, READER, url, **between) == ["À quelle fréquence ?"]
    assert await listed(rig, STRANGER, url) == ["Autre personne ?"]
    assert await listed(rig, ADMIN, url) == []
    page = (await rig.http.get(url, headers=rig.headers(READER), params={"limit": 1})).json()
    assert page["questions"][0]["answer"] == "Oui. [1]"


async def test_a_question_is_forgotten_with_all_that_hangs_on_it(rig: Rig) -> None:
    question = await ask(rig, "Où est l'azote ?")
    url, mine = f"/v1/questions/{question}", rig.headers(READER)
    await rig.ends.finish(question, Outcome(answer="Là. [1]"))
    await rig.http.put(f"{url}/feedback", headers=mine, json={"verdict": "up"})
    for person in (STRANGER, ADMIN):
        assert (await rig.http.delete(url, headers=rig.headers(person))).status_code == 404
    assert (await rig.http.delete(url, headers=mine)).status_code == 204
    for gone in (url, f"{url}/feedback"):
        assert (await rig.http.get(gone, headers=mine)).status_code == 404
    assert (await rig.http.delete(url, headers=mine)).status_code == 404
    assert await listed(rig, READER, "/v1/questions") == []
    everybodys = await rig.http.get("/v1/feedback", headers=rig.headers(ADMIN))
    assert everybodys.json() == {"feedback": [], "next": None}


async def test_a_question_under_way_is_cancelled_and_forgotten(rig: Rig) -> None:
    question = await ask(rig, "Où est l'azote ?")
    assert (await rig.http.delete(f"/v1/questions/{question}", headers=rig.headers(READER))).status_code == 204
    await rig.ends.finish(question, Outcome(answer="Trop tard. [1]"))
    assert await listed(rig, READER, "/v1/questions") == []
    assert await rig.outbox.due(10) == []
