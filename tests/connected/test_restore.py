"""A deployment that is backed up while it is written to, destroyed, and put back by the lines of the handbook.

The commands are those of docs/operations/backup.md, read from there: what the handbook says is what is run. Its objects
lie in a folder, then in a bucket.
"""

import asyncio
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from services.cli.device_flow import Endpoints, Tokens
from services.cli.token_store import SignIn, TokenStore
from services.standalone.local_issuer import Person
from services.standalone.settings import TopicSettings
from services.standalone.topics.kafka_admin import KafkaTopics
from services.standalone.topics.plan import declared
from shared.access import Role
from shared.client import VigieClient
from shared.http_api.questions import AnswerView, QuestionQuery
from shared.settings import BrokerSettings
from tests.pages.example_unit import CODE, KEEPER, example_unit
from tests.support.deployed_stack import own_database
from tests.support.kafka import KAFKA, REASON, own_topics
from tests.support.object_stores import RCLONE, Folder, Objects, bucket
from tests.support.object_stores import REASON as NO_RCLONE
from tests.support.postgres import PROGRAMS
from tests.support.processes import Processes

pytestmark = [
    pytest.mark.connected,
    pytest.mark.processes,
    pytest.mark.skipif(not KAFKA, reason=REASON),
    pytest.mark.skipif(not os.environ.get("VIGIE_TEST_POSTGRES"), reason="VIGIE_TEST_POSTGRES names no PostgreSQL"),
    pytest.mark.skipif(PROGRAMS is None, reason="pg_dump is not in /usr/lib/postgresql"),
]

ROOT = Path(__file__).parents[2]
HANDBOOK = (ROOT / "docs/operations/backup.md").read_text(encoding="utf-8").partition("## A deployment")[2]
ALICE = Person("alice", units=("UMR5219",), roles=(Role.PREVENTION_ASSISTANT,))
QUESTION = "Quels gants pour l'azote liquide ?"
PATIENCE_S = 120


def commands(objects: Objects) -> list[list[str]]:
    """Return the lines of the handbook's backup, restore and look; where there is a bucket, its lines for the tar's."""
    blocks = [
        [line.removeprefix("$ ") for line in block.splitlines()]
        for block in re.findall(r"```console\n(.*?)```", HANDBOOK, re.DOTALL)
    ]
    backup, of_bucket, restore, into_bucket, look = blocks
    if isinstance(objects, Folder):
        return [backup, restore, look]
    return [_instead(backup, of_bucket), _instead(restore, into_bucket), look]


def _instead(lines: list[str], other: list[str]) -> list[str]:
    """Put other lines in the place of the one that packs or unpacks the folder."""
    [place] = [number for number, line in enumerate(lines) if "objects.tar" in line]
    return [*lines[:place], *other, *lines[place + 1 :]]


@contextmanager
def objects_in(kind: str, folder: Path) -> Iterator[Objects]:
    if kind == "folder":
        yield Folder(folder / "objects")
        return
    with bucket() as made:
        yield made


@dataclass(frozen=True, slots=True)
class Kept:
    """What people had before the backup."""

    documents: dict[UUID, str]
    answer: AnswerView
    hashes: list[str]


class Deployment:
    """Five processes, and the shell of whoever operates them."""

    def __init__(self, folder: Path, database: str, prefix: str, objects: Objects) -> None:
        self.folder = folder
        self.objects = objects
        self.url = make_url(database)
        (folder / "backup").mkdir()
        self.processes = Processes(
            folder,
            KAFKA,
            people=None,
            VIGIE_KAFKA_TOPIC_PREFIX=prefix,
            VIGIE_GATEWAY_DATABASE_URL=database,
            VIGIE_TOPICS_PARTITIONS="4",
            VIGIE_TOPICS_REPLICATION="1",
            VIGIE_GATEWAY_SWEEP_PERIOD_S="1",
            **objects.environment,
        )
        self.prefix = prefix

    def run(self, lines: list[str]) -> None:
        """Run lines as they stand in the handbook, in a shell that ends with the first that fails."""
        plain = self.url.set(drivername="postgresql")
        programs = f"{PROGRAMS}:{Path(sys.executable).parent}:{Path(RCLONE).parent}:{os.environ['PATH']}"
        names = {
            "DATABASE": plain.render_as_string(hide_password=False),
            "SERVER": plain.set(database="postgres").render_as_string(hide_password=False),
            "NAME": str(plain.database),
            "OBJECTS": self.objects.name,
            "KEYS": str(self.folder / "keys"),
            "BACKUP": str(self.folder / "backup"),
            "UNIT": CODE,
            "PATH": programs,
            "VIGIE_URL": self.processes.url,
            "XDG_STATE_HOME": str(self.folder / "state"),
        }
        done = subprocess.run(
            ["bash", "-euc", "\n".join(lines)],
            # What the machine's own clients of S3 are told is none of this bucket's.
            env={key: word for key, word in self.processes.environment.items() if not key.startswith("AWS_")} | names,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert done.returncode == 0, (lines, done.stdout, done.stderr)

    def sign_in(self, person: Person) -> None:
        """Be signed in as `vigie login` would have it; there is no Keycloak here."""
        store = TokenStore(self.folder / "state" / "vigie")
        tokens = Tokens(access=self.processes.token(person), refresh=None, ends_at=time.time() + 3600)
        store.put(self.processes.url, SignIn(Endpoints(issuer="", device="", token="", revocation=None), tokens))

    async def files(self) -> dict[UUID, set[str]]:
        """Return the SHA-256 of the stored file of each version, by document; each is the one that its row names."""
        engine = create_async_engine(self.url, poolclass=NullPool)
        query = "SELECT document_id, source_key, sha256 FROM document_versions WHERE state != 'withdrawn'"
        async with engine.connect() as connection:
            rows = (await connection.execute(text(query))).all()
        await engine.dispose()
        found: dict[UUID, set[str]] = {}
        for document, key, digest in rows:
            with suppress(FileNotFoundError):  # withdrawn between the copies of the database and of the objects
                content = self.objects.read(key)
                assert hashlib.sha256(content).hexdigest() == digest
                found.setdefault(document, set()).add(digest)
        return found

    async def destroy(self) -> None:
        """Lose the database, the topics, the objects, the keys and the index."""
        engine = create_async_engine(
            self.url.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
        )
        async with engine.connect() as connection:
            await connection.execute(text(f"DROP DATABASE {self.url.database} WITH (FORCE)"))
        await engine.dispose()
        kafka = BrokerSettings(bootstrap_servers=KAFKA, topic_prefix=self.prefix)
        topics = KafkaTopics(kafka)
        names = [each.name for each in declared(TopicSettings(), self.prefix)]
        topics.delete(names)
        async with asyncio.timeout(PATIENCE_S):
            while await asyncio.to_thread(topics.found, names):
                await asyncio.sleep(0.2)
        self.objects.lose()
        for lost in ("keys", "index"):
            shutil.rmtree(self.folder / lost)


@pytest.mark.parametrize(
    "kind", ["folder", pytest.param("bucket", marks=pytest.mark.skipif(not RCLONE, reason=NO_RCLONE))]
)
async def test_a_deployment_that_is_backed_up_while_it_is_written_to_comes_back_whole(
    tmp_path: Path, kind: str
) -> None:
    with own_topics() as prefix, objects_in(kind, tmp_path) as objects:
        backup, restore, check = commands(objects)
        async with own_database() as database:
            deployment = Deployment(tmp_path, database, prefix, objects)
            async with deployment.processes.running():
                kept = await filled(deployment)
                async with deployment.processes.client(ALICE) as client:
                    writing = asyncio.create_task(go_on_writing(client))
                    await asyncio.to_thread(deployment.run, backup)
                    assert not writing.done(), "people went on working"
                    writing.cancel()
                    with suppress(asyncio.CancelledError):
                        await writing
            await deployment.destroy()
            await asyncio.to_thread(deployment.run, restore)
            deployment.processes.environment["VIGIE_GATEWAY_SWEEP_PERIOD_S"] = "0"
            async with deployment.processes.running():
                deployment.sign_in(Person("admin", roles=(Role.ADMIN,), units=(CODE,)))
                await asyncio.to_thread(deployment.run, check)
                await assert_all_is_there(deployment, kept)


async def filled(deployment: Deployment) -> Kept:
    """Send documents, one of them twice, ask, and freeze a DUERP."""
    await example_unit(deployment.processes)
    async with deployment.processes.client(ALICE) as client:
        documents = dict([await sent(client, number) for number in range(6)])
        documents |= dict([await sent(client, 0, "deuxième édition")])
        answer = await client.ask(QUESTION)
        assert answer.citations
    async with deployment.processes.client(KEEPER) as client:
        hashes = [each.sha256 async for each in client.duerp(CODE).versions()]
    assert hashes
    return Kept(documents, answer, hashes)


async def sent(client: VigieClient, number: int, edition: str = "première édition") -> tuple[UUID, str]:
    content = f"# Fiche {number}, {edition}\n\nPorter des gants cryogéniques pour l'azote liquide, consigne {number}.\n"
    view = await client.submit(f"fiche-{number}.md", content.encode(), scope="unit:UMR5219")
    assert (await client.ended(view.id)).state == "indexed"
    return view.id, hashlib.sha256(content.encode()).hexdigest()


async def go_on_writing(client: VigieClient) -> None:
    """Send and withdraw, one document after the other, for as long as this lasts."""
    number = 100
    while True:
        view = await client.submit(f"fiche-{number}.md", f"Consigne {number}.".encode(), scope="unit:UMR5219")
        if number % 2:
            await client.withdraw(view.id)
        number += 1


async def assert_all_is_there(deployment: Deployment, kept: Kept) -> None:
    files = await deployment.files()
    async with deployment.processes.client(ALICE) as client:
        for identity, digest in kept.documents.items():
            assert (await client.ended(identity)).state == "indexed"
            assert digest in files[identity], "the version that was sent is there, with its file"
        [question] = [each async for each in client.questions(QuestionQuery())]
        assert question.answer == kept.answer.answer
        again = await client.ask(QUESTION)
        assert again.citations
        opened = await client.passage(again.citations[0].passage)
        assert again.citations[0].quote in opened.text
    async with deployment.processes.client(KEEPER) as client:
        duerp = client.duerp(CODE)
        assert [each.sha256 async for each in duerp.versions()] == kept.hashes
        assert (await duerp.verify()).intact
