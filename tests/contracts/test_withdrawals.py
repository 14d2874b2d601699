"""Whatever a withdrawal crosses, and whoever is killed meanwhile, nothing of the document stays (S13)."""

import asyncio
import shutil
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from services.gateway.database.schema import migrate
from services.gateway.database.tables import VersionRow, WithdrawalRow
from services.gateway.documents.model import DocumentRecord
from services.gateway.documents.service import DocumentService
from services.gateway.documents.sql import SqlDocumentCatalogue
from services.gateway.documents.upload import Upload
from services.gateway.duerp.exports.asked import AskedFile
from services.gateway.duerp.exports.files import ExportFiles
from services.gateway.duerp.model import EntryRecord
from services.gateway.duerp.service import Desk, DuerpService, Match
from shared.access import Principal, Role
from shared.clock import utc_now
from shared.contracts.identities import document_id, parse_passage_id, passage_id
from shared.contracts.services import Service
from shared.errors import Conflict, NotFound
from shared.http_api.documents import DocumentState
from shared.http_api.duerp.exports import ExportFormat
from shared.http_api.duerp.lines import Line, LineEvidence
from shared.http_api.duerp.unit import WorkUnit
from tests.support.chain import Chain, Killed

SOMEBODY = Principal("somebody", frozenset({"public"}), frozenset({Role.ADMIN}))
KEEPER = Principal("keeper", frozenset({"public", "unit:UMR1"}), frozenset({Role.PREVENTION_ASSISTANT}))
KEYS = ("a", "b", "c")
AGAIN = 0.4
"""Share of uploads that send what was sent before."""


@dataclass
class Model:
    """What should be: of each key the word of the content that is wanted, None once it is withdrawn.

    An upload whose gateway was killed may have been accepted or not, both are right: its key is in doubt until the next
    change of it. `kept` has the words of all versions since a key was last withdrawn: former ones of a live document
    answer citations still. `possible` has those that may be among them.
    """

    wanted: dict[str, str | None] = field(default_factory=dict)
    kept: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    possible: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    ids: dict[str, UUID] = field(default_factory=dict)
    in_doubt: set[str] = field(default_factory=set)
    last: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)


@dataclass
class Play:
    """A chain and its model, moved together."""

    chain: Chain
    model: Model = field(default_factory=Model)

    @property
    def documents(self) -> DocumentService:
        [service] = [each for each in self.chain.gateway.provided if isinstance(each, DocumentService)]
        return service

    async def submit(self) -> None:
        key, word = self.chain.random.choice(KEYS), f"rossignol{len(self.model.said)}x"
        if self.chain.random.random() < AGAIN and key in self.model.last:
            word = self.model.last[key]  # the same content once more, after a withdrawal or not
        else:
            self.model.said.append(word)
        self.model.last[key] = word
        paragraphs = [1, 3, 90][int(word[9:-1]) % 3]
        content = "\n\n".join(f"{word} {'chante ' * 25}{n}" for n in range(paragraphs)).encode()
        upload = Upload(
            content=_stream(content), size=len(content), file_name=f"{word}.txt", key=f"{key}.txt", title=word,
            metadata={"auteur": word},
        )  # fmt: skip
        was_in_doubt = key in self.model.in_doubt
        self.model.in_doubt.add(key)
        was_possible = word in self.model.possible[key]
        self.model.possible[key].add(word)
        self.model.ids[key] = document_id("public", f"{key}.txt")
        try:
            await self.documents.submit(SOMEBODY, upload)
        except Conflict:
            self.model.in_doubt -= set() if was_in_doubt else {key}
            self.model.possible[key] -= set() if was_possible else {word}
            return
        self.model.wanted[key] = word
        self.model.kept[key].add(word)
        self.model.in_doubt.discard(key)

    async def withdraw(self) -> None:
        key = self.chain.random.choice(KEYS)
        if key not in self.model.ids:
            return
        try:
            await self.documents.withdraw(SOMEBODY, self.model.ids[key])
        except NotFound:
            return
        self.model.wanted[key] = None
        self.model.in_doubt.discard(key)
        for words in (self.model.kept, self.model.possible):
            words[key].clear()

    async def cite(self) -> None:
        """Write a line of a DUERP that stands on a document, or change one, and a file of it."""
        found = [each for each in (await self.records()).values() if each.state is not DocumentState.WITHDRAWN]
        if not found:
            return
        cited = self.chain.random.choice(found)
        quote = LineEvidence(
            reference=cited.title, passage=passage_id(cited.version_id, 0), quote=f"{cited.title} chante"
        )
        place = await self.desk.add(WorkUnit(name="Salle"))
        line = await self.desk.add(Line(work_unit=place.id, hazard="Bruit", evidence=[quote]))
        if self.chain.random.random() < AGAIN:
            await self.desk.archive(line.kind, line.id, "", Match(any_revision=True), away=True)
        asked = AskedFile(scope=self.desk.scope, kind=ExportFormat.JSON, language="fr", on=utc_now().date())
        identity = await self.files.identity(self.desk, asked)
        await self.files.waited(identity, await self.files.write(self.desk, asked, identity, lambda: lambda: None))

    @property
    def desk(self) -> Desk:
        [service] = [each for each in self.chain.gateway.provided if isinstance(each, DuerpService)]
        return service.desk(KEEPER, "UMR1")

    @property
    def files(self) -> ExportFiles:
        [service] = [each for each in self.chain.gateway.provided if isinstance(each, ExportFiles)]
        return service

    async def kill(self) -> None:
        service = self.chain.random.choice((Service.INGEST, Service.EMBEDDER, Service.RETRIEVER, Service.GATEWAY))
        await self.chain.kill(service)
        await self.chain.start(service)

    async def kill_in_an_upload(self) -> None:
        """The gateway is killed somewhere between the file and the row."""
        sending = asyncio.create_task(self._submitted_or_killed())
        for _ in range(self.chain.random.randrange(30)):
            await asyncio.sleep(0)
        await self.chain.kill(Service.GATEWAY)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await self.chain.start(Service.GATEWAY)

    async def _submitted_or_killed(self) -> None:
        try:
            await self.submit()
        except Killed:
            return

    async def move(self) -> None:
        """Do anything, while some records are being handled."""
        moves = {
            self.submit: 3, self.withdraw: 3, self.cite: 2, self.kill: 1, self.kill_in_an_upload: 1, self.relay: 4,
            self.deliver: 12,
        }  # fmt: skip
        [move] = self.chain.random.choices(list(moves), list(moves.values()))
        self.model.done[move.__name__] += 1
        await move()
        for _ in range(self.chain.random.randrange(8)):
            await asyncio.sleep(0)

    async def relay(self) -> None:
        await self.chain.gateway.relay.publish_due()

    async def deliver(self) -> None:
        self.chain.deliver()

    async def settled(self) -> None:
        """What is under way ends; then the grace time passes, and the chores do their part."""
        await self.chain.drained()
        for _ in range(2):
            await self.chain.grace_passes()
            await self.chain.gateway.chores.run_once()
            await self.chain.drained()
        await self.chain.gateway.chores.run_once()

    async def records(self) -> dict[str, DocumentRecord]:
        catalogue = SqlDocumentCatalogue(self.chain.gateway.database)
        found = {key: await catalogue.latest(identity) for key, identity in self.model.ids.items()}
        return {key: record for key, record in found.items() if record is not None}


async def _stream(content: bytes) -> AsyncIterator[bytes]:
    yield content


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "vigie.db"
    migrate(f"sqlite+aiosqlite:///{path}")
    return path


async def played(chain: Chain, moves: int) -> Counter[str]:
    play = Play(chain)
    async with chain.running():
        await play.submit()  # the sweep does not believe a database that never had a document
        for _ in range(moves):
            await play.move()
        await play.settled()
        await _holds(play)
    return play.model.done


async def _holds(play: Play) -> None:
    chain, records = play.chain, await play.records()
    assert chain.dead_letters == []
    disk = chain.database_file.read_bytes()
    log = chain.database_file.with_name(f"{chain.database_file.name}-wal")
    disk += log.read_bytes() if log.exists() else b""
    stored = b"".join([*chain.store.objects.values(), *(key.encode() for key in chain.store.objects)])
    versions = await _live_versions(play)
    for key, record in records.items():
        if key not in play.model.in_doubt:
            assert record.title == (play.model.wanted[key] or "")
            assert (record.state is DocumentState.WITHDRAWN) == (play.model.wanted[key] is None)
        titles = {title for document, title in versions.values() if document == record.document_id}
        assert play.model.kept[key] <= titles <= play.model.kept[key] | play.model.possible[key]
    async with chain.gateway.database.reading() as session:
        receipts = (await session.exec(select(WithdrawalRow))).all()
    assert all(receipt.ended_at is not None for receipt in receipts)
    kept = {word for words in (*play.model.kept.values(), *play.model.possible.values()) for word in words}
    for word in set(play.model.said) - kept:
        assert word.encode() not in disk, f"{word} in the database"
        assert word.encode() not in stored, f"{word} in the store"
    wanted = {record.version_id for record in records.values() if record.state is DocumentState.INDEXED}
    assert {record.state for record in records.values()} <= {DocumentState.INDEXED, DocumentState.WITHDRAWN}
    assert chain.index.versions == wanted
    _hold(await play.desk.entries(), versions)


async def _live_versions(play: Play) -> dict[UUID, tuple[UUID, str]]:
    """Documents and titles of the versions that were not withdrawn."""
    query = select(VersionRow.id, VersionRow.document_id, VersionRow.title)
    async with play.chain.gateway.database.reading() as session:
        rows = (await session.exec(query.where(VersionRow.state != DocumentState.WITHDRAWN))).all()
    return {version: (document, title) for version, document, title in rows}


def _hold(lines: Sequence[EntryRecord], versions: Mapping[UUID, object]) -> None:
    """Lines have the words of what is there, and none of what is not."""
    contents = [each.content for each in lines]
    for evidence in (one for content in contents if isinstance(content, Line) for one in content.evidence):
        parsed = parse_passage_id(evidence.passage or "")
        assert parsed is not None
        assert evidence.withdrawn == (parsed[0] not in versions)
        assert bool(evidence.quote) != evidence.withdrawn


@pytest.mark.thorough
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
@given(seed=st.integers(0, 2**32), moves=st.integers(20, 120))
def test_s13_nothing_of_a_withdrawn_document_stays_whatever_it_crosses(
    migrated: Path, tmp_path_factory: pytest.TempPathFactory, seed: int, moves: int
) -> None:
    path = tmp_path_factory.mktemp("play") / "vigie.db"
    shutil.copy(migrated, path)
    done = asyncio.run(played(Chain(path, Random(seed)), moves))
    assert done["deliver"]
