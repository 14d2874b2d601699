"""Many documents on their way: a few at once, whatever becomes of each."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import httpx
import pytest

from services.cli.progress import Job, Report, follow_all
from shared.client import Problem, VigieClient
from shared.http_api.documents import DocumentState, DocumentView
from tests.shared.test_client import document


@dataclass
class Index(VigieClient):
    """A gateway that takes two looks to index a document; counts who is on the way."""

    open: set[UUID] = field(default_factory=set)
    most: int = 0
    looks: dict[UUID, int] = field(default_factory=dict)

    async def send(self) -> DocumentView:
        view = DocumentView.model_validate(document())
        self.open.add(view.id)
        self.most = max(self.most, len(self.open))
        return view

    async def document(self, identity: UUID | str) -> DocumentView:
        identity = UUID(str(identity))
        self.looks[identity] = self.looks.get(identity, 0) + 1
        await asyncio.sleep(0)
        state = DocumentState.ACCEPTED
        if self.looks[identity] == 2:
            self.open.discard(identity)
            state = DocumentState.INDEXED
        return DocumentView.model_validate(document(id=str(identity), state=state))


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.cli.progress._POLL_S", (0.0,))


async def test_two_thousand_documents_need_few_tasks() -> None:
    index, report, ahead = Index(), Report(), []
    before = len(asyncio.all_tasks())
    tasks = 0

    def jobs() -> Iterator[Job]:
        nonlocal tasks
        for number in range(2_000):
            tasks = max(tasks, len(asyncio.all_tasks()) - before)
            ahead.append(number - len(report.indexed))
            yield Job(str(number), str(number), index.send)

    await follow_all(index, jobs(), 2_000, report)
    assert len(report.indexed) == 2_000
    assert index.most <= 16
    assert tasks <= 16
    assert max(ahead) <= 16, "no job is made before its turn"


async def test_what_fails_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_LANG", "en")
    index, report = Index(), Report()

    async def refused() -> DocumentView:
        raise Problem({"title": "Empty document", "detail": "No text.", "status": 422})

    async def lost() -> DocumentView:
        raise PermissionError(13, "Permission denied")

    async def unchanged() -> None:
        return None

    jobs = [
        Job("a", "a.md", index.send), Job("b", "b.md", refused), Job("c", "c.md", lost), Job("d", "d.md", unchanged),
    ]  # fmt: skip
    await follow_all(index, iter(jobs), len(jobs), report)
    assert (report.indexed, report.unchanged, report.code) == (["a.md"], ["d.md"], 1)
    assert {(each.name, each.reason) for each in report.failed} == {
        ("b.md", "No text."),
        ("c.md", "You may not read this file."),
    }


async def test_a_gateway_that_is_gone_ends_the_work() -> None:
    index, report = Index(), Report()

    async def gone() -> DocumentView:
        raise httpx.ConnectError(str(uuid4()))

    jobs = [Job("a", "a.md", index.send), *[Job(str(n), str(n), gone) for n in range(100)]]
    with pytest.raises(httpx.ConnectError):
        await follow_all(index, iter(jobs), len(jobs), report)
    assert not report.interrupted
