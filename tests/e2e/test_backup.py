"""A backup of a stack that is being written to, its loss, and what comes back."""

import asyncio
import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from services.standalone.local_issuer import Person
from shared.access import Role
from shared.client import VigieClient
from shared.http_api.questions import AnswerView, QuestionQuery
from tests.support.up import Up

pytestmark = pytest.mark.processes

ALICE = Person("alice", units=("UMR5219",), roles=(Role.PREVENTION_ASSISTANT,))
QUESTION = "Quels gants pour l'azote liquide ?"


def note(number: int) -> bytes:
    return f"# Fiche {number}\n\nPorter des gants cryogéniques pour l'azote liquide, consigne {number}.\n".encode()


async def test_what_was_accepted_before_a_backup_is_there_after_a_loss(tmp_path: Path) -> None:
    up, archive = Up(tmp_path / "data"), tmp_path / "backup.tar"
    up.start()
    try:
        async with up.client(ALICE) as client:
            before = [await sent(client, number) for number in range(8)]
            answer = await client.ask(QUESTION)
            writing = asyncio.create_task(go_on_writing(client))
            done = await asyncio.to_thread(up.run, "backup", str(archive))
            assert done.returncode == 0, done.stderr
            writing.cancel()
    finally:
        up.kill()
    shutil.rmtree(up.data)

    refused = up.run("restore", str(tmp_path / "nothing.tar"))
    assert (refused.returncode, "is no backup" in refused.stderr) == (1, True)
    restored = up.run("restore", str(archive))
    assert restored.returncode == 0, restored.stderr
    assert_every_file_is_the_one_that_was_sent(up.data)
    up.start()
    try:
        assert up.run("reindex").returncode == 0
        async with up.client(ALICE) as client:
            await assert_all_is_there(client, before, answer)
        assert up.stop() == 0
    finally:
        up.kill()


async def sent(client: VigieClient, number: int) -> UUID:
    view = await client.submit(f"fiche-{number}.md", note(number), scope="unit:UMR5219")
    assert (await client.ended(view.id)).state == "indexed"
    return view.id


async def go_on_writing(client: VigieClient) -> None:
    """Send and withdraw, one document after the other, for as long as this lasts."""
    number = 100
    while True:
        view = await client.submit(f"fiche-{number}.md", note(number), scope="unit:UMR5219")
        if number % 2:
            await client.withdraw(view.id)
        number += 1


def assert_every_file_is_the_one_that_was_sent(data: Path) -> None:
    with closing(sqlite3.connect(data / "vigie.db")) as connection:
        rows = connection.execute(
            "SELECT source_key, sha256 FROM document_versions WHERE state != 'withdrawn'"
        ).fetchall()
    assert len(rows) >= 8
    for key, digest in rows:
        assert hashlib.sha256((data / "objects" / key).read_bytes()).hexdigest() == digest


async def assert_all_is_there(client: VigieClient, before: list[UUID], answer: AnswerView) -> None:
    for identity in before:
        assert (await client.ended(identity)).state == "indexed"
    [question] = [each async for each in client.questions(QuestionQuery())]
    assert question.answer == answer.answer
    again = await client.ask(QUESTION)
    assert again.citations
    opened = await client.passage(again.citations[0].passage)
    assert again.citations[0].quote in opened.text
