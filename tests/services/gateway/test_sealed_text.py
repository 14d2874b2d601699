"""Words in the database pass the sealer: the seam for encryption, shown with a sealer that changes every byte."""

from pathlib import Path

import httpx

from services.gateway.questions.model import Asked
from shared.access import Principal, Role
from shared.contracts.questions import Outcome, QuestionAsked
from tests.fakes.sealing import FlippingSealer
from tests.fakes.shared import RecordedEvents
from tests.services.gateway.conftest import ADMIN, Rig
from tests.support.sql import run_sql

ALICE = Principal("alice", frozenset({"public"}), frozenset({Role.READER}))
SECRET = "Zyklotron"


async def test_no_word_of_a_question_its_answer_or_a_title_lies_open(rig: Rig, tmp_path: Path) -> None:
    sealer, events = FlippingSealer(), RecordedEvents()
    async with rig.another(events, sealer) as sealed:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=sealed.app, raise_app_exceptions=False), base_url="http://vigie"
        ) as http:
            headers = sealed.headers(ADMIN)
            files = {"file": ("note.txt", b"Some words.")}
            sent = await http.post("/v1/documents", headers=headers, files=files, data={"title": f"Le {SECRET}"})
            assert sent.json()["title"] == f"Le {SECRET}"
            question_id = await sealed.questions.ask(ALICE, Asked(f"Le {SECRET} ?"))
            await sealed.ends.finish(question_id, Outcome(answer=f"Le {SECRET} est là. [1]"))
            record = await sealed.questions.find(ALICE, question_id)
            assert record.outcome is not None
            assert (record.text, record.outcome.answer) == (f"Le {SECRET} ?", f"Le {SECRET} est là. [1]")
            [due] = await sealed.outbox.due(10)
            assert due.event.model_dump()["title"] == f"Le {SECRET}"
        assert {"document_versions.title", "questions.text", "questions.outcome", "outbox.body"} <= set(sealer.scopes)
        async with sealed.gateway.database.reading() as session:
            for table, column in (name.split(".") for name in sealer.scopes):
                for (stored,) in (await run_sql(session, f"SELECT {column} FROM {table}")).all():
                    assert stored is None or SECRET not in stored


async def test_row_from_before_the_sealer_is_still_read(rig: Rig) -> None:
    question_id = await rig.questions.ask(ALICE, Asked("Quels gants ?"))
    async with rig.another(RecordedEvents(), FlippingSealer()) as sealed:
        assert (await sealed.questions.find(ALICE, question_id)).text == "Quels gants ?"
    assert rig.events.of(QuestionAsked)
