"""Every operation of the API, asked for what is another unit's: nothing of it is told, and nothing is changed (S7).

An operation that is not in tests/support/api_operations.py makes these tests fail: whoever adds one says whose it is.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlmodel import SQLModel

from services.gateway.dead_letters.model import received
from services.standalone.local_issuer import Person
from shared.access import Role
from shared.contracts.dead_letters import DeadLetter
from shared.contracts.identities import passage_id
from shared.contracts.object_layout import batch_key, encode_batch
from shared.contracts.passages import Passage
from shared.contracts.questions import AnswerCompleted, Outcome, QuestionAsked
from tests.services.gateway.conftest import ADMIN, ASSISTANT, READER, STRANGER, UNIT, Json, Rig, api
from tests.services.gateway.duerp.test_duerp_api import OWN, SECRET, all_kinds, get, post, put
from tests.services.gateway.duerp.test_imports import an_import, reported
from tests.services.gateway.test_documents import indexed
from tests.services.gateway.test_lists import ask
from tests.services.gateway.test_withdrawals import citation
from tests.support.api_operations import Operation, Whose, operations
from tests.support.sql import run_sql

THEIRS, ELSEWHERE, NOWHERE = "UMR5219", "UMR1", "UMR404"
NOBODY = Person("personne")
ELSEWHERE_READER = Person("lou", units=(ELSEWHERE,))
COLLEAGUE = Person("bob", units=(THEIRS,), roles=(Role.PREVENTION_ASSISTANT, Role.UNIT_DIRECTOR))
ADVISOR = Person("ada", delegations=("DR14",), roles=(Role.PREVENTION_ADVISOR,))
OUTSIDERS = [STRANGER, ELSEWHERE_READER, NOBODY, ADMIN]
_ID = re.compile(r"\{(\w+)\}")
_WORD_OF_THEIRS = "fluorhydrique"
_TABLES = tuple(sorted(set(SQLModel.metadata.tables) - {"leases"}))


@dataclass
class Unit:
    """A unit with something of everything; `ids` by their name in a path, of entries by their kind."""

    rig: Rig
    ids: Mapping[str, str]
    operations: Mapping[str, Operation]

    async def asked(self, name: str, person: Person, **other: str) -> httpx.Response:
        """Make the request of an operation; `other`: ids in place of the unit's own."""
        operation = self.operations[name]
        method, path = name.split(" ")
        ids = {**self.ids, **{at: self.ids[of] for at, of in operation.ids.items()}, **other}
        form: Json = {}
        if operation.file:
            form = {"data": _filled(operation.body, ids), "files": {"file": ("a.csv", b"Danger;x\nPompe;y\n")}}
        elif operation.body is not None:
            form = {"json": _filled(operation.body, ids)}
        headers = {**self.rig.headers(person), **operation.headers}
        query = _filled(dict(operation.query), ids)
        return await self.rig.http.request(method, _filled(path, ids), headers=headers, params=query, **form)

    def of(self, *whose: Whose) -> Iterator[tuple[str, Operation]]:
        return ((name, each) for name, each in self.operations.items() if each.whose in whose)

    async def kept(self) -> Mapping[str, list[str]]:
        """All rows and objects that there are."""
        async with self.rig.gateway.database.reading() as session:
            rows = {
                table: sorted(map(str, (await run_sql(session, f"SELECT * FROM {table}")).all())) for table in _TABLES
            }
        return rows | {"objects": sorted(f"{key} {data!r}" for key, data in self.rig.store.objects.items())}


async def a_letter_of(rig: Rig, document: UUID, offset: int) -> str:
    """Have the gateway hear of a dead letter; return its id."""
    letter = DeadLetter(
        service="ingest", topic="documents.submitted", partition=0, offset=offset, code="forbidden",
        error_class="Forbidden", size=7, sha256="0", job=document,
    )  # fmt: skip
    await rig.gateway.letters.received(letter)
    return str(received(letter, "").id)


def described_operations() -> Mapping[str, Any]:
    """The operations of the document as schemathesis has them; it is imported where it is used, which takes seconds."""
    import schemathesis
    from schemathesis.core.result import Ok

    found = schemathesis.openapi.from_dict(api()).get_all_operations()
    return {each.ok().label: each.ok() for each in found if isinstance(each, Ok)}


def _of_an_owner(name: str) -> bool:
    """Whether an operation's path names more than a unit and one of its figures."""
    return bool(set(_ID.findall(name)) - {"unit", "figure"})


def _filled(value: Any, ids: Mapping[str, str]) -> Any:
    """Put ids in place of their names, wherever they stand."""
    if isinstance(value, dict):
        return {name: _filled(each, ids) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, ids) for each in value]
    return _ID.sub(lambda found: ids[found[1]], value) if isinstance(value, str) else value


@pytest.fixture
async def unit(rig: Rig) -> Unit:
    entries = await all_kinds(rig)
    for title in ("2025", "2026"):
        assert (await post(rig, f"{OWN}/versions", {"title": f"{title} {SECRET}"})).status_code == 201
    document: Json = (await rig.upload(ASSISTANT, SECRET.encode(), f"{SECRET}.txt", scope=UNIT)).json()
    version = UUID(document["version"])
    passage = Passage(
        id=passage_id(version, 0), document_id=document["id"], version_id=version, scope=UNIT, ordinal=0, title=SECRET,
        headings=(), text=SECRET, start=0, end=len(SECRET),
    )  # fmt: skip
    await rig.store.put(batch_key(version, 0), encode_batch([passage]))
    await rig.work_once()
    await rig.reported(indexed(document, passages=1))
    question = str(await ask(rig, f"Comment manipuler l'{SECRET} ?", ASSISTANT.user))
    told = citation(1, document).model_copy(update={"quote": SECRET, "title": SECRET, "scope": UNIT})
    await rig.ends.finish(UUID(question), Outcome(answer=f"Avec l'{SECRET} [1].", citations=[told], mode="extractive"))
    url = f"/v1/questions/{question}"
    said = {"verdict": "down", "comment": SECRET}
    assert (await rig.http.put(f"{url}/feedback", json=said, headers=rig.headers(ASSISTANT))).status_code == 200
    record = await rig.asked.find(UUID(question))
    assert record is not None
    later = rig.headers(ASSISTANT) | {"prefer": "respond-async"}
    export_id = (await rig.http.get(f"{OWN}/export?format=csv", headers=later)).json()["id"]
    letter, to_send = [await a_letter_of(rig, UUID(document["id"]), offset) for offset in (1, 2)]
    first, second = await an_import(rig), await an_import(rig, name="autre.csv")
    ids = {
        "unit": THEIRS,
        "sequence": "2",
        "work_unit": entries["lines"]["content"]["work_unit"],
        "import_id": first["id"],
        "another_import": second["id"],
        "document_id": document["id"],
        "passage_id": passage.id,
        "question_id": question,
        "conversation": str(record.conversation),
        "conversation_id": str(record.conversation),
        "export_id": export_id,
        "letter_id": letter,
        "letter_to_send": to_send,
        "figure": "matrix",
        "delegation": "DR14",
        "year": "2026",
        "model": "vigie",
    }
    contents = {kind: entry["content"] for kind, entry in entries.items()}
    return Unit(rig, ids | {kind: entry["id"] for kind, entry in entries.items()}, operations(contents))


@asynccontextmanager
async def answering(rig: Rig) -> AsyncIterator[None]:
    """Workers that find nothing, for whoever asks from now on."""
    answered_before = len(rig.events.of(QuestionAsked))

    async def work() -> None:
        told = answered_before
        while True:
            for event in rig.events.of(QuestionAsked)[told:]:
                told += 1
                await rig.ends.completed(
                    AnswerCompleted(question_id=event.question_id, outcome=Outcome(abstained=True))
                )
            await asyncio.sleep(0.001)

    task = asyncio.create_task(work())
    try:
        yield
    finally:
        task.cancel()


def refusals(operation: Operation, person: Person) -> set[int]:
    """The statuses that are right for somebody of another unit."""
    if operation.whose is Whose.LINK:
        return {401}
    if operation.at_door and not set(person.roles) & {Role.PREVENTION_ASSISTANT, Role.UNIT_DIRECTOR}:
        return {403, 404}  # who writes nowhere is refused before it is looked at what the path names
    return {403} if operation.whose is Whose.SENDERS else {404}  # the scope of a file is said by who sends it


def test_every_operation_says_whose_it_is(unit: Unit) -> None:
    described = {f"{method.upper()} {path}" for path, operations in api()["paths"].items() for method in operations}
    assert set(unit.operations) == described
    ids = [name for name, _ in unit.of(Whose.EVERYBODY, Whose.CALLERS, Whose.ADMINS) if _ID.search(name)]
    letters = ["GET /v1/dead-letters/{letter_id}", "DELETE /v1/dead-letters/{letter_id}"]
    letters.append("POST /v1/dead-letters/{letter_id}/send")
    assert ids == ["GET /v1/models/{model}", *letters], "an operation on what has an owner is its owner's"


@pytest.mark.parametrize("person", OUTSIDERS, ids=lambda person: person.user)
async def test_s7_what_is_another_unit_s_is_as_if_it_were_not_there(unit: Unit, person: Person) -> None:
    """The answer is that for the id of nothing, word for word but for the id."""
    before = await unit.kept()
    nothing = dict.fromkeys(unit.ids, str(uuid4())) | {"unit": NOWHERE, "sequence": "7"}
    asked = 0
    for name, operation in unit.of(
        Whose.READERS, Whose.KEEPERS, Whose.ASKERS, Whose.SENDERS, Whose.ADVISORS, Whose.LINK
    ):
        if operation.whose is Whose.SENDERS and person is ADMIN:
            continue  # tests/services/gateway/test_rights_at_reading.py: they learn nothing by it
        response = await unit.asked(name, person)
        assert response.status_code in refusals(operation, person), (name, response.status_code, response.text)
        assert _WORD_OF_THEIRS not in response.text.lower(), name
        of_nothing = await unit.asked(name, person, **{at: nothing[of] for at, of in _named(operation, unit.ids)})
        assert _without_ids(response, unit) == _without_ids(of_nothing, unit), name
        asked += 1
    assert asked > 100
    assert await unit.kept() == before


def _named(operation: Operation, ids: Mapping[str, str]) -> list[tuple[str, str]]:
    return [*operation.ids.items(), *((name, name) for name in ids if name not in operation.ids)]


def _without_ids(response: httpx.Response, unit: Unit) -> tuple[int, str]:
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", response.text)
    return response.status_code, text.replace(THEIRS, "UNIT").replace(NOWHERE, "UNIT")


async def test_s7_an_id_of_another_unit_opens_nothing_below_one_s_own(unit: Unit) -> None:
    """An assistant puts the others' ids into paths and bodies of their own unit."""
    rig = unit.rig
    assert (await put(rig, f"/v1/duerp/{ELSEWHERE}", {"name": "x"}, None, STRANGER)).status_code == 200
    before = await unit.kept()
    for name, operation in unit.of(Whose.READERS, Whose.KEEPERS):
        if not _of_an_owner(name) or "{unit}" not in name:
            continue
        response = await unit.asked(name, STRANGER, unit=ELSEWHERE)
        assert response.status_code == 404, (name, operation, response.status_code, response.text)
        assert _WORD_OF_THEIRS not in response.text.lower(), name
    assert await unit.kept() == before
    for name, _ in unit.of(Whose.READERS):
        if name.startswith("GET /v1/duerp/{unit}/") and not _of_an_owner(name):
            response = await unit.asked(name, STRANGER, unit=ELSEWHERE)
            assert _WORD_OF_THEIRS not in response.text.lower(), name
    told = await get(rig, f"/v1/duerp/{ELSEWHERE}/changes", STRANGER, entry=unit.ids["lines"])
    assert told.json()["changes"] == []
    overview = (await get(rig, f"/v1/duerp/{ELSEWHERE}/overview", STRANGER)).json()
    assert (overview["counts"], overview["families"], overview["states"]) == ({"unit": 1}, [], {})
    for kind in ("lines", "statements", "shared-ratings", "actions"):
        response = await unit.asked(f"POST /v1/duerp/{{unit}}/{kind}", STRANGER, unit=ELSEWHERE)
        assert response.status_code == 422, (kind, response.text)
    assert (await unit.asked("POST /v1/duerp/{unit}/drafts", STRANGER, unit=ELSEWHERE)).status_code in {404, 422}
    after = await unit.kept()
    written = {each for each in set(after["objects"]) - set(before["objects"]) if each.startswith("duerp-exports/")}
    assert not any(THEIRS in each for each in written), "files of one's own unit"
    after = {**after, "objects": sorted(set(after["objects"]) - written)}
    assert {name: rows for name, rows in after.items() if name != "idempotency_keys"} == {
        name: rows for name, rows in before.items() if name != "idempotency_keys"
    }


@pytest.mark.parametrize("person", OUTSIDERS, ids=lambda person: person.user)
async def test_s7_what_answers_everybody_tells_nothing_of_another_unit(unit: Unit, person: Person) -> None:
    before = await unit.kept()
    async with answering(unit.rig):
        for name, _ in unit.of(Whose.EVERYBODY, Whose.CALLERS):
            response = await unit.asked(name, person)
            assert response.status_code in {200, 202}, (name, response.status_code, response.text)
            assert _WORD_OF_THEIRS not in response.text.lower(), name
            assert not any(unit.ids[each] in response.text for each in ("document_id", "import_id", "work_unit")), name
    after = await unit.kept()
    assert all(set(rows) <= set(after[table]) for table, rows in before.items()), "what was there stays as it was"
    asked = [each for each in unit.rig.events.of(QuestionAsked) if str(each.question_id) != unit.ids["question_id"]]
    assert asked
    assert not any(_WORD_OF_THEIRS in each.model_dump_json().lower() for each in asked)
    grants = [unit.rig.verifier.verify(each.grant, purpose="read", job=each.question_id) for each in asked]
    assert not any(UNIT in grant.scopes for grant in grants)


@pytest.mark.parametrize("person", [STRANGER, NOBODY, READER, COLLEAGUE], ids=lambda person: person.user)
async def test_s7_what_is_for_admins_is_for_nobody_else(unit: Unit, person: Person) -> None:
    before = await unit.kept()
    for name, _ in unit.of(Whose.ADMINS):
        response = await unit.asked(name, person)
        assert response.status_code == (404 if _of_an_owner(name) else 403), (name, response.text)
    assert await unit.kept() == before


async def test_s7_who_reads_a_unit_without_a_role_changes_nothing_in_it(unit: Unit) -> None:
    before = await unit.kept()
    for name, _ in unit.of(Whose.KEEPERS, Whose.SENDERS):
        response = await unit.asked(name, READER)
        assert response.status_code == 403, (name, response.status_code, response.text)
    assert await unit.kept() == before


@pytest.mark.parametrize("person", [COLLEAGUE, READER], ids=lambda person: person.user)
async def test_s7_a_question_is_its_asker_s_alone_in_one_s_own_unit_too(unit: Unit, person: Person) -> None:
    before = await unit.kept()
    for name, _ in unit.of(Whose.ASKERS):
        response = await unit.asked(name, person)
        assert response.status_code == 404, (name, response.status_code, response.text)
    assert await unit.kept() == before


@pytest.mark.thorough
async def test_whom_an_operation_answers_to_may_do_it(unit: Unit) -> None:
    """The requests above are right ones: it is the person that is refused, not what they sent.

    They name what is there, in its newest revision, as no fuzzer can guess: so schemathesis holds what is answered then
    against the document here.
    """
    wrong, described = [], described_operations()
    async with answering(unit.rig):
        for name, operation in unit.operations.items():
            person = {Whose.READERS: READER, Whose.ADMINS: ADMIN, Whose.ADVISORS: ADVISOR}.get(
                operation.whose, ASSISTANT
            )
            if operation.whose in {Whose.LINK, Whose.EVERYBODY}:
                continue
            response = await unit.asked(name, person)
            await reported(unit.rig)
            if not response.is_success and response.status_code != operation.otherwise:
                wrong.append((name, response.status_code, response.text[:300]))
            await response.request.aread()  # of a form, which was streamed
            described[name].validate_response(response)
    assert not wrong, "\n".join(map(str, wrong))
    completed = [each.text for each in unit.rig.events.of(QuestionAsked) if _WORD_OF_THEIRS in each.text.lower()]
    assert len(completed) == 1, "the asker's next question is completed from the first, which nobody else's is"
