"""A data folder that the last release made goes on working: documents, questions, index, people, a frozen DUERP."""

import sys
from pathlib import Path
from uuid import UUID

from lab.rolling.frozen_version import KEEPER, freeze_a_version, freeze_another, is_intact
from services.standalone.local_issuer import Person
from shared.access import Role
from shared.client import VigieClient
from shared.http_api.documents import DocumentQuery
from shared.http_api.questions import AnswerView, QuestionQuery
from tests.support.former_release import RELEASED, checked_out
from tests.support.up import Up

ALICE = Person("alice", units=("UMR5219",), roles=(Role.PREVENTION_ASSISTANT,))
NOTE = "# Azote liquide\n\nPorter des gants cryogéniques pour remplir un vase Dewar.\n".encode()
QUESTION = "Quels gants pour l'azote liquide ?"


async def test_data_folder_of_the_last_release_goes_on_working(tmp_path: Path) -> None:
    former = Up(
        tmp_path / "data",
        root=checked_out(RELEASED, tmp_path / "code"),
        program=(sys.executable, "-c", "from services.cli import main; main()"),
    )
    former.start()
    try:
        async with former.client(ALICE) as client:
            sent = await client.submit("azote.md", NOTE, scope="unit:UMR5219", metadata={"kind": "notice"})
            assert (await client.ended(sent.id)).state == "indexed"
            answer = await client.ask(QUESTION)
            assert answer.citations[0].title
        async with former.client(KEEPER) as keeper:
            digests = await freeze_a_version(keeper)
        assert former.stop() == 0
    finally:
        former.kill()

    now = Up(former.data)
    now.start()
    try:
        async with now.client(ALICE) as client:
            await _goes_on(client, sent.id, answer)
        async with now.client(KEEPER) as keeper:
            assert await is_intact(keeper, digests)
            digests.append(await freeze_another(keeper))
            assert await is_intact(keeper, digests), "a version is chained to the one of the release before"
        assert now.stop() == 0
    finally:
        now.kill()


async def _goes_on(client: VigieClient, document_id: UUID, former: AnswerView) -> None:
    [document] = [each async for each in client.documents(DocumentQuery())]
    assert (document.id, document.state, document.metadata) == (document_id, "indexed", {"kind": "notice"})
    [question] = [each async for each in client.questions(QuestionQuery())]
    again = await client.ask(QUESTION)
    assert question.answer == again.answer
    assert [citation.passage for citation in again.citations] == [citation.passage for citation in former.citations]
    opened = await client.passage(again.citations[0].passage)
    assert again.citations[0].quote in opened.text
    edited = await client.submit("azote.md", NOTE + b"Aucun travail seul.\n", scope="unit:UMR5219")
    assert (await client.ended(edited.id)).sequence == 2
