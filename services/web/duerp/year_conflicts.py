"""Answers about lines that somebody else has changed or answered meanwhile, told as every conflict is."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from services.web.conflicts import Conflict, conflict_with
from services.web.duerp.unit_entries import all_of
from services.web.duerp.year_views import Question
from shared.client import Problem, UnitDuerp
from shared.http_api.duerp.entries import Entry
from shared.http_api.duerp.lines import Line, SharedLine
from shared.http_api.duerp.together import Outcome
from shared.http_api.duerp.year import Confirmation
from shared.language.names import shown_text

_NOT_FOUND = 404


async def conflicts_of(
    duerp: UnitDuerp,
    refused: Mapping[str, str],
    typed: Mapping[str, str],
    t: Callable[..., str],
    say: Callable[..., str],
) -> dict[str, Conflict]:
    """Return for each line that was changed or answered meanwhile who was faster, by the line's id.

    Args:
        refused: what became of the answers that were not taken, by the line.
        typed: the form that was sent; t, say: look up the catalogue.
    """
    lines = [line for line, outcome in refused.items() if outcome == Outcome.OUTDATED]
    if not lines:
        return {}
    answers = {str(each.content.line): each for each in await all_of(duerp, Confirmation)}
    told = {}
    for line in lines:
        found = await _line(duerp, UUID(line))
        if found is not None:
            told[line] = _conflict(found, answers.get(line), typed, t, say)
    return told


def left_behind(conflicts: Iterable[str], questions: Iterable[Question]) -> list[str]:
    """Return the lines of conflicts that are asked about no more: somebody has said that they are gone."""
    asked = {each.id for each in questions}
    return [line for line in conflicts if line not in asked]


def _conflict(
    line: Entry[Any],
    answer: Entry[Confirmation] | None,
    typed: Mapping[str, str],
    t: Callable[..., str],
    say: Callable[..., str],
) -> Conflict:
    """The line's change where it was changed, else the other person's answer beside one's own."""
    read, address = typed.get(f"revision-{line.id}"), line.url.removeprefix("/v1")
    is_answered = answer is not None and typed.get(f"after-{line.id}", "0") != str(answer.revision)
    if answer is None or not is_answered or (read != str(line.revision) and line.archived_at is None):
        return conflict_with(line, address)
    mine, theirs = typed.get(f"answer-{line.id}", ""), answer.content
    said = [
        (t("year.still-true"), say(f"duerp.still-true.{mine}"), say(f"duerp.still-true.{theirs.answer.value}")),
        (t("year.why"), typed.get(f"why-{line.id}", "").strip(), shown_text(theirs.why)),
    ]
    return conflict_with(answer, address, said)


async def _line(duerp: UnitDuerp, identity: UUID) -> Entry[Any] | None:
    for content in (Line, SharedLine):
        try:
            return await duerp.find(content, identity)
        except Problem as problem:
            if problem.status != _NOT_FOUND:
                raise
    return None
