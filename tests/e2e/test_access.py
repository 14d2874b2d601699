"""A unit's document and the people outside of it: no route, no answer and no stream lets a word of it through."""

from dataclasses import dataclass
from uuid import uuid4

import pytest
import pytest_asyncio

from services.standalone.local_issuer import Person
from shared.access import Role
from shared.client import Problem, VigieClient
from shared.contracts.questions import Citation, Evidence
from shared.http_api.documents import DocumentView
from shared.http_api.questions import AnswerView, QuestionQuery
from tests.e2e.conftest import ended
from tests.support.stack import Running

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCOPE = "unit:UMR5219"
WORD = "cryostat-emeraude"
QUESTION = f"Quelle consigne pour le {WORD} ?"
ALICE = Person("alice", units=("UMR5219",), roles=(Role.PREVENTION_ASSISTANT,))
RENE = Person("rene", units=("UMR5219",))
OUTSIDE = [
    Person("mallory", units=("UMR1",), roles=(Role.PREVENTION_ASSISTANT,)),
    Person("eve"),
    Person("oscar", units=("UMR521", "UMR52190", "umr5219"), roles=(Role.UNIT_DIRECTOR,)),
    Person("dora", delegations=("UMR5219",), roles=(Role.PREVENTION_ADVISOR,)),
    Person("root", roles=(Role.ADMIN,)),
]
outside = pytest.mark.parametrize("person", OUTSIDE, ids=lambda person: person.user)


@dataclass
class Secret:
    """A running stack with a document of one unit, a question that one of its people asked, and a public document."""

    stack: Running
    document: DocumentView
    answer: AnswerView

    def client(self, person: Person) -> VigieClient:
        return self.stack.client(person)


def rests_on(answer: AnswerView) -> list[Citation | Evidence]:
    return [*answer.citations, *answer.evidence]


def passages_of(document: DocumentView, answer: AnswerView) -> set[str]:
    """The document's passages that an answer rests on: on a shared stack there are others."""
    return {each.passage for each in rests_on(answer) if each.document == document.id}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def secret(stack: Running) -> Secret:
    text = f"# Consignes\n\n## Froid\n\nLe {WORD} se vide à deux.\n\n## Gaz\n\nLe {WORD} reste ouvert.\n"
    async with stack.client(ALICE) as client:
        document = await ended(client, await client.submit("consignes.md", text.encode(), scope=SCOPE))
        answer = await client.ask(QUESTION)
    async with stack.client() as client:
        await ended(client, await client.submit("public.md", b"# Public\n\nQuelle consigne ? Fermer."))
    return Secret(stack, document, answer)


async def test_the_unit_s_own_people_read_it(secret: Secret) -> None:
    assert secret.document.state == "indexed"
    assert secret.document.id in {citation.document for citation in secret.answer.citations}
    assert len(passages_of(secret.document, secret.answer)) == 2
    async with secret.client(RENE) as client:
        answer = await client.ask(QUESTION)
        assert WORD in (answer.answer or "")
        for passage in passages_of(secret.document, answer):
            assert WORD in (await client.passage(passage)).text
        assert secret.document.id in [each.id async for each in client.documents()]
        for attempt in (client.withdraw(secret.document.id), client.submit("x.txt", b"x", scope=SCOPE)):
            with pytest.raises(Problem) as refused:
                await attempt
            assert refused.value.status == 403


@outside
async def test_its_existence_is_not_told(secret: Secret, person: Person) -> None:
    identity = str(secret.document.id)
    async with secret.client(person) as client:
        assert {each.scope async for each in client.documents()} == {"public"}
        for method, url in (
            ("GET", f"/v1/documents/{identity}"),
            ("GET", f"/v1/documents/{identity}/events"),
            ("GET", f"/v1/documents/{identity}/passages"),
            ("POST", f"/v1/documents/{identity}/reindex"),
            ("POST", f"/v1/documents/{identity}/rechunk"),
            ("PATCH", f"/v1/documents/{identity}"),
            ("DELETE", f"/v1/documents/{identity}"),
            *(("GET", f"/v1/passages/{passage}") for passage in passages_of(secret.document, secret.answer)),
        ):
            body: dict[str, str] | None = {} if method in {"POST", "PATCH"} else None
            response = await client.http.request(method, url, json=body)
            assert (response.status_code, WORD in response.text) == (404, False), url
            nothing = await client.http.request(method, url.replace(identity, str(uuid4())), json=body)
            assert nothing.status_code == 404
            assert nothing.json() == response.json(), "what is hidden and what is not there look the same"
    async with secret.client(ALICE) as client:
        assert (await client.document(identity)).state == "indexed"


@outside
async def test_no_answer_is_made_of_it(secret: Secret, person: Person) -> None:
    async with secret.client(person) as client:
        answer = await client.ask(QUESTION, evidence=500, passages=50)
    assert WORD not in (answer.answer or "")
    for each in rests_on(answer):
        assert each.document != secret.document.id
        assert not each.passage.startswith(secret.document.version.hex)
    assert WORD not in answer.model_dump_json(include={"citations"})


@outside
async def test_no_stream_brings_it(secret: Secret, person: Person) -> None:
    async with (
        secret.client(person) as client,
        client.http.stream(
            "POST",
            "/v1/questions",
            json={"question": "Vider à deux, ouvert ?"},
            headers={"accept": "text/event-stream"},
        ) as response,
    ):
        told = (await response.aread()).decode()
    assert "event: answer" in told
    assert WORD not in told
    assert str(secret.document.id) not in told
    assert secret.document.version.hex not in told


@pytest.mark.parametrize("person", [*OUTSIDE, RENE], ids=lambda person: person.user)
async def test_a_question_is_its_asker_s_alone(secret: Secret, person: Person) -> None:
    """Even for a colleague of the same unit: what somebody asks is personal."""
    async with secret.client(person) as client:
        response = await client.http.get(secret.answer.url)
        assert (response.status_code, WORD in response.text) == (404, False)
        for method in ("DELETE", "GET", "PUT"):
            url = secret.answer.url if method == "DELETE" else f"{secret.answer.url}/feedback"
            response = await client.http.request(method, url, json={"verdict": "up"} if method == "PUT" else None)
            assert (response.status_code, WORD in response.text) == (404, False)
        assert secret.answer.id not in [each.id async for each in client.questions(QuestionQuery(search="cryostat"))]
    async with secret.client(ALICE) as client:
        assert (await client.http.get(secret.answer.url)).json()["answer"] == secret.answer.answer


@outside
async def test_an_idempotency_key_of_somebody_else_opens_nothing(secret: Secret, person: Person) -> None:
    headers = {"idempotency-key": "shared-key"}
    async with secret.client(ALICE) as client:
        hers = (await client.http.post("/v1/questions", json={"question": QUESTION}, headers=headers)).json()
    async with secret.client(person) as client:
        other = (await client.http.post("/v1/questions", json={"question": QUESTION}, headers=headers)).json()
    assert other["id"] != hers["id"]
    assert WORD not in (other["answer"] or "")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Bearer a.b.c", "Basic YTpi"])
async def test_without_a_token_nothing_opens(secret: Secret, header: str) -> None:
    async with secret.stack.client() as client:
        for url in ("/v1/documents", secret.document.url, secret.answer.url, "/v1/status"):
            response = await client.http.get(url, headers={"authorization": header})
            assert response.status_code == 401


async def test_a_withdrawn_document_is_gone_for_its_own_people_too(secret: Secret) -> None:
    async with secret.client(ALICE) as client:
        document = await ended(client, await client.submit("b.md", b"# B\n\nLe zinc fond.", scope=SCOPE))
        [passage] = passages_of(document, await client.ask("Le zinc fond ?"))
        await client.withdraw(document.id)
        with pytest.raises(Problem) as gone:
            await client.passage(passage)
        assert gone.value.status == 404
