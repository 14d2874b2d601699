"""Drafting: lines are added as proposed at once, then their evidence is found, line by line."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

from services.gateway.drafts.ports import (
    ClauseVectors,
    DescriptionReader,
    EvidenceFinder,
    ModelReading,
    NoReader,
    Vector,
)
from services.gateway.duerp.model import EntryRecord
from services.gateway.duerp.ports import EntrySearch
from services.gateway.duerp.service import Desk, Match
from services.gateway.policy import may_keep_duerp, require
from shared.access import PUBLIC, Principal
from shared.duerp.drafting.draft import Draft, DraftLine, drafted
from shared.duerp.drafting.model_lines import with_model
from shared.duerp.drafting.pieces import Clause
from shared.duerp.drafting.resemblance import alike_of
from shared.duerp.drafting.second_reading import clauses_to_compare, completed, text_of
from shared.errors import Conflict, InvalidInput, PreconditionFailed, Unavailable
from shared.http_api.duerp.drafts import DraftBody
from shared.http_api.duerp.entries import EntryKind, LineState
from shared.http_api.duerp.fields import MAX_TEXT_CHARS
from shared.http_api.duerp.lines import ExistingMeasure, Line, LineOrigin

logger = logging.getLogger("vigie.gateway")

_MAX_CONCURRENCY = 4
_MOST_REJECTED = 1_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Proposed:
    """A drafted line, its place in the draft from 1, and the entry that it has become."""

    number: int
    line: DraftLine
    entry: EntryRecord

    @property
    def content(self) -> Line:
        assert isinstance(self.entry.content, Line)  # it was made of one
        return self.entry.content


@dataclass(frozen=True, slots=True)
class Reading:
    """A draft, and by whom a description was read.

    Attributes:
        by_words_alone: whether the second reader could not be asked.
        model: the language model that read it; empty: none did.
        model_away: whether one should have and did not answer, or wrote nonsense.
        dropped: how many things it wrote that did not validate, or speak against the description.
    """

    draft: Draft
    by_words_alone: bool = False
    model: str = ""
    model_away: bool = False
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was drafted of a description.

    Attributes:
        lines: those that were added, and those that are there from the same words and wait for their evidence; of a
            draft that is followed again, all that are there.
        already, rejected: how many were left out, since they are there or somebody has rejected them.
    """

    work_unit: UUID
    reading: Reading
    lines: Sequence[Proposed]
    already: int
    rejected: int

    @property
    def draft(self) -> Draft:
        return self.reading.draft


class DraftService:
    """Proposes lines of a unit's DUERP from a description.

    Args:
        vectors: what likeness is told by.
        reader: a language model, where one reads descriptions.
    """

    def __init__(
        self,
        evidence: EvidenceFinder,
        vectors: ClauseVectors,
        reader: DescriptionReader = NoReader(),  # noqa: B008 - has no state
    ) -> None:
        self._evidence = evidence
        self._vectors = vectors
        self._reader = reader

    async def propose(self, desk: Desk, body: DraftBody, *, again: bool = False) -> Proposal:
        """Add the lines that a description tells of, but for those that are there or were rejected from the same words.

        The same description sent again adds nothing.

        Args:
            again: whether a draft is followed again, so that lines with their evidence are told too.

        Raises:
            Forbidden, InvalidInput, Conflict: as `Desk.add`.
            NotFound: the unit has no such work unit.
        """
        require(may_keep_duerp(desk.principal, desk.scope), scope=desk.scope)
        await desk.find(EntryKind.WORK_UNIT, body.work_unit)
        reading = await self._read(desk, body.description)
        draft = reading.draft
        before = await _drafted_before(desk, body.work_unit)
        lines, already, rejected = [], 0, 0
        for number, line in enumerate(draft.lines, start=1):
            same = [each for each in before if _is_from(each, line)] or _moved(before, line, draft)
            known = next((each for each in same if _has_hazard(each, line)), None)
            if any(map(_is_rejected, same)):
                rejected += 1
            elif known is not None:
                already += 1
                lines += [Proposed(number, line, known)] if again or _waits(known) else []
            else:
                lines.append(Proposed(number, line, await desk.add(_content(line, body.work_unit))))
        return Proposal(body.work_unit, reading, lines, already, rejected)

    async def _read(self, desk: Desk, description: str) -> Reading:
        """Return a draft by words, by a language model where one reads, and by likeness, in this order."""
        draft = await asyncio.to_thread(drafted, description)
        clauses = await asyncio.to_thread(clauses_to_compare, description)
        texts = [text_of(description, each) for each in clauses]
        subject, scope = desk.principal.subject, desk.scope
        read, vectors = await asyncio.gather(
            _told(self._reader.read(subject, scope, texts, draft.language)),
            _told(self._vectors.of(subject, scope, texts)),
        )
        dropped = 0
        if isinstance(read, ModelReading):
            draft, against = await asyncio.to_thread(with_model, draft, description, clauses, read.risks, read.model)
            dropped = read.dropped + against
        if vectors and not isinstance(vectors, Unavailable):
            draft = await asyncio.to_thread(_compared, draft, description, clauses, vectors)
        return Reading(
            draft,
            by_words_alone=isinstance(vectors, Unavailable),
            model=read.model if isinstance(read, ModelReading) else "",
            model_away=isinstance(read, Unavailable),
            dropped=dropped,
        )

    async def with_evidence(self, desk: Desk, proposal: Proposal) -> AsyncGenerator[Proposed, None]:
        """Find the evidence of the lines, and yield each with it, in their order.

        A line that somebody changes meanwhile stays as they have it. Once the chain does not answer, the rest of the
        lines come as they are.
        """
        slots, is_down = asyncio.Semaphore(_MAX_CONCURRENCY), asyncio.Event()

        async def one(proposed: Proposed) -> Proposed:
            async with slots:
                if is_down.is_set() or not _waits(proposed.entry):
                    return proposed
                try:
                    return await self._found(desk, proposed)
                except Unavailable as error:
                    logger.warning("lines were drafted without evidence: %s", error)
                    is_down.set()
                    return proposed

        tasks = [asyncio.create_task(one(each)) for each in proposal.lines]
        try:
            for task in tasks:
                yield await task
        finally:
            for task in tasks:
                task.cancel()

    async def _found(self, desk: Desk, proposed: Proposed) -> Proposed:
        line = proposed.line
        found = await self._evidence.find(_reader(desk), f"{line.hazard}. {line.because}", line.articles)
        if not found:
            return proposed
        content = proposed.content.model_copy(update={"evidence": list(found)})
        try:
            seen = Match(frozenset({proposed.entry.revision}))
            entry = await desk.replace(proposed.entry.id, content, seen, typed=False)
        except (PreconditionFailed, Conflict, InvalidInput) as error:
            logger.info("a drafted line keeps what somebody made of it: %s", type(error).__name__)
            return proposed
        return replace(proposed, entry=entry)


async def _told(answer: Awaitable[T]) -> T | Unavailable:
    """Return an answer, or why there is none: another reader's stands."""
    try:
        return await answer
    except Unavailable as error:
        logger.warning("a description was read without one of its readers: %s", error)
        return error


def _compared(draft: Draft, description: str, clauses: Sequence[Clause], vectors: Sequence[Vector]) -> Draft:
    alike = alike_of(draft, description, dict(zip(clauses, vectors, strict=True)))
    return completed(draft, description, alike)


def _reader(desk: Desk) -> Principal:
    """Return the person with no more than what is public and the unit's: nothing of another unit becomes evidence."""
    return replace(desk.principal, scopes=desk.principal.scopes & {PUBLIC, desk.scope})


async def _drafted_before(desk: Desk, work_unit: UUID) -> list[EntryRecord]:
    """Return the lines of a work unit, and behind them those that were rejected and archived."""
    search = EntrySearch(
        kind=EntryKind.LINE,
        work_unit=work_unit,
        states=frozenset({LineState.REJECTED}),
        archived=True,
        limit=_MOST_REJECTED,
    )
    gone = [each for each in await desk.page(search) if each.archived_at is not None]
    return [*gone, *(each for each in await desk.entries() if _place(each) == work_unit)]


def _place(record: EntryRecord) -> UUID | None:
    return record.content.work_unit if isinstance(record.content, Line) else None


def _is_from(record: EntryRecord, line: DraftLine) -> bool:
    """Return whether an entry was drafted in this family from the same words."""
    content = record.content
    return isinstance(content, Line) and (content.family, content.origin_detail) == (line.family, line.because)


def _has_hazard(record: EntryRecord, line: DraftLine) -> bool:
    """Return whether an entry says the hazard of a line, or was changed by somebody who calls it otherwise."""
    content = record.content
    if not isinstance(content, Line):
        return False
    return _is_changed(record) or content.hazard == line.hazard


def _is_changed(record: EntryRecord) -> bool:
    """Return whether somebody has changed a drafted line, or decided on it."""
    drafting = 2 if isinstance(record.content, Line) and record.content.evidence else 1  # the line, then its evidence
    return record.revision > drafting


def _moved(before: Sequence[EntryRecord], line: DraftLine, draft: Draft) -> list[EntryRecord]:
    """Return the entries that were drafted from a line's words, and that somebody has put into another family."""
    proposed = {each.family for each in draft.lines if each.because == line.because}
    return [
        each
        for each in before
        if isinstance(each.content, Line)
        and each.content.origin_detail == line.because
        and each.content.family not in proposed
        and _is_changed(each)
    ]


def _is_rejected(record: EntryRecord) -> bool:
    return record.decided is not None and record.decided.state is LineState.REJECTED


def _waits(record: EntryRecord) -> bool:
    """Return whether a line is as it was drafted, and its evidence was not found."""
    content = record.content
    return isinstance(content, Line) and record.revision == 1 and not content.evidence


def _content(line: DraftLine, work_unit: UUID) -> Line:
    return Line(
        work_unit=work_unit,
        family=line.family,
        hazard=line.hazard,
        situation=line.situation,
        measures=[ExistingMeasure(what=each.what, rank=each.rank) for each in line.existing],
        articles=list(line.articles),
        origin=LineOrigin.DRAFTED,
        origin_detail=line.because,
        likeness=line.likeness,
        model=line.model,
        comment="\n".join(line.to_check)[:MAX_TEXT_CHARS],
    )
