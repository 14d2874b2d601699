"""Whose articles are asked for once, and for how long that is kept."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from services.gateway.drafts.evidence import AskedEvidence
from services.gateway.questions.following import QuestionFollower
from services.gateway.questions.model import Asked
from services.gateway.questions.service import QuestionService
from shared.access import Principal
from shared.contracts.base import Failure
from shared.contracts.questions import Citation, Outcome
from shared.errors import DeadlineExceeded, Unavailable

ARTICLES = ("R4452-7", "R4452-10")
TEXT = "laser"
FOUND = Outcome(
    answer="« q » [1]",
    citations=[Citation(n=1, passage="p1", document=uuid4(), title="Guide", article=None, quote="q", url="u")],
)
NOTHING = Outcome()
FAILED = Outcome(failure=Failure(code=DeadlineExceeded.code))


@dataclass
class Record:
    outcome: Outcome


@dataclass
class Chain:
    """Asks, follows and forgets questions; `outcome` is what the next ones end with."""

    outcome: Outcome = FOUND
    texts: list[str] = field(default_factory=list)
    open: set[UUID] = field(default_factory=set)
    may_end: asyncio.Event = field(default_factory=asyncio.Event)
    now: float = 0

    def __post_init__(self) -> None:
        self.may_end.set()

    async def ask(self, principal: Principal, asked: Asked) -> UUID:
        question = uuid4()
        self.texts.append(asked.text)
        self.open.add(question)
        return question

    async def wait_for_end(self, principal: Principal, question: UUID, gone: Any) -> Record:
        await self.may_end.wait()
        return Record(self.outcome)

    async def forget(self, principal: Principal, question: UUID) -> None:
        self.open.discard(question)

    @property
    def of_articles(self) -> int:
        return sum(text.startswith("R4") for text in self.texts)


def evidence_from(chain: Chain) -> AskedEvidence:
    return AskedEvidence(cast("QuestionService", chain), cast("QuestionFollower", chain), clock=lambda: chain.now)


def reader_of(*scopes: str) -> Principal:
    return Principal(subject="a", scopes=frozenset(scopes), roles=frozenset())


A = reader_of("public", "unit:A")


async def test_two_lines_at_once_ask_for_their_articles_once_and_each_for_its_words() -> None:
    chain = Chain()
    chain.may_end.clear()
    evidence = evidence_from(chain)
    both = [asyncio.create_task(evidence.find(A, words, ARTICLES)) for words in ("laser", "diode")]
    while len(chain.texts) < 3:
        await asyncio.sleep(0)
    chain.may_end.set()
    assert [[each.passage for each in found] for found in await asyncio.gather(*both)] == [["p1"], ["p1"]]
    assert sorted(chain.texts) == sorted(["laser", "diode", ", ".join(ARTICLES)])
    assert not chain.open


@pytest.mark.parametrize(("after_s", "asked"), [(59, 1), (61, 2)])
async def test_what_articles_gave_is_kept_for_a_minute(after_s: float, asked: int) -> None:
    chain = Chain()
    evidence = evidence_from(chain)
    await evidence.find(A, TEXT, ARTICLES)
    chain.now = after_s
    await evidence.find(A, TEXT, ARTICLES)
    assert chain.of_articles == asked


async def test_other_scopes_and_other_articles_are_asked_for_apart() -> None:
    chain = Chain()
    evidence = evidence_from(chain)
    await evidence.find(A, TEXT, ARTICLES)
    await evidence.find(reader_of("public", "unit:B"), TEXT, ARTICLES)
    await evidence.find(A, TEXT, ARTICLES[:1])
    assert chain.of_articles == 3


async def test_that_articles_gave_nothing_is_not_kept() -> None:
    chain = Chain(outcome=NOTHING)
    evidence = evidence_from(chain)
    assert await evidence.find(A, TEXT, ARTICLES) == []
    chain.outcome = FOUND
    assert [each.passage for each in await evidence.find(A, TEXT, ARTICLES)] == ["p1"]
    assert chain.of_articles == 2


async def test_what_a_chain_that_was_down_did_not_give_is_asked_again() -> None:
    chain = Chain(outcome=FAILED)
    evidence = evidence_from(chain)
    with pytest.raises(Unavailable):
        await evidence.find(A, TEXT, ARTICLES)
    assert not chain.open
    chain.outcome = FOUND
    assert [each.passage for each in await evidence.find(A, TEXT, ARTICLES)] == ["p1"]


async def test_whoever_gives_up_listening_ends_nobody_else_s_search() -> None:
    chain = Chain()
    chain.may_end.clear()
    evidence = evidence_from(chain)
    one, other = (asyncio.create_task(evidence.find(A, words, ARTICLES)) for words in ("laser", "diode"))
    while len(chain.texts) < 3:
        await asyncio.sleep(0)
    one.cancel()
    with pytest.raises(asyncio.CancelledError):
        await one
    chain.may_end.set()
    assert [each.passage for each in await other] == ["p1"]
    assert chain.of_articles == 1
