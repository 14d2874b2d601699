"""Section of an export on the programme: actions with what L4121-3-1 III wants, the year in figures. Pure."""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from services.gateway.duerp.exports.assessed import Assessments
from services.gateway.duerp.exports.duerp import Duerp
from services.gateway.duerp.exports.report import Column, Row, Section, Table
from services.gateway.duerp.exports.wording import Wording
from services.gateway.duerp.programme.model import YearlyProgramme, why_not
from shared.duerp.own_cells import Printed
from shared.http_api.duerp.programme import Action
from shared.http_api.duerp.yearly_programme import ProgrammeKind, ProgrammeState

_COLUMNS = (
    ("action", 22),
    ("prevention-rank", 12),
    ("risks", 16),
    ("responsible", 12),
    ("when", 10),
    ("conditions", 14),
    ("cost", 9),
    ("indicator", 11),
    ("status-of-action", 10),
    ("factors", 10),
)
"""What each is called in the catalogues, and its share of the width."""


def programme_section(duerp: Duerp, say: Wording, assessments: Assessments) -> list[Section]:
    """Tell the actions with the items that L4121-3-1 III asks, by due date; those without one come last."""
    on = duerp.edition.on
    year = YearlyProgramme(on.year, on, duerp.entries)
    hazards = {each.entry.id: each.line.hazard for each in assessments.all}
    actions = sorted(duerp.of(Action), key=lambda each: (each[1].due is None, each[1].due, each[1].what))
    rows = tuple(
        Row(_cells(each, say, hazards, year), entry=str(identity), printed=_printed(each)) for identity, each in actions
    )
    columns = tuple(Column(say(key), share) for key, share in _COLUMNS)
    title = say("action-list" if year.kind is ProgrammeKind.LIST else "programme")
    return [Section(title, _summary(year, say), Table(say("programme-sheet"), columns, rows))] if rows else []


def _cells(action: Action, say: Wording, hazards: Mapping[UUID, str], year: YearlyProgramme) -> tuple[str, ...]:
    """Return what stands in the columns; where the action has nothing, what a file said in its own words."""
    return (
        action.what,
        say.rank(action.rank),
        "\n".join(hazards[line] for line in action.lines if line in hazards),
        action.responsible or say.as_written(action.as_written, ("who",)),
        say.period(action.start, action.due) or say.as_written(action.as_written, ("due",)),
        "\n".join(part for part in (action.conditions, action.resources) if part),
        say.as_written(action.as_written, ("cost",))
        if action.cost is None
        else say("euros", amount=say.amount(action.cost)),
        action.indicator,
        _status(action, say),
        "\n".join(say(f"factor-of.{factor}") for factor in year.factors_of(action)),
    )


def _summary(year: YearlyProgramme, say: Wording) -> tuple[str, ...]:
    """Tell the year's actions in figures: planned against done, and what they cost."""
    states = Counter(year.state(action) for _, action in year.actions)
    estimated, done, spent, _ = year.budget()
    if not year.actions:
        return ()
    amounts = {"estimated": say.amount(estimated), "done": say.amount(done), "spent": say.amount(spent)}
    late = states[ProgrammeState.NOT_DONE]
    counts = {"actions": states.total(), "finished": states[ProgrammeState.DONE], "late": late}
    return (say("programme-figures", year=year.year, **counts), say("programme-budget", **amounts))


def _printed(action: Action) -> tuple[tuple[int, tuple[Printed, ...]], ...]:
    """Return the fields of an action that its cells print."""
    conditions = (Printed("conditions", action.conditions), Printed("resources", action.resources))
    return (
        (0, (Printed("what", action.what),)),
        (3, (Printed("responsible", action.responsible or ""),)),
        (5, tuple(each for each in conditions if each.text) or (Printed("conditions", ""),)),
        (7, (Printed("indicator", action.indicator),)),
    )


def _status(action: Action, say: Wording) -> str:
    written = say.as_written(action.as_written, ("status",))
    parts = [say(f"action-status.{action.status.value}"), say.day(action.done_on), written]
    parts.append(say("euros-spent", amount=say.amount(action.spent)) if action.spent is not None else "")
    return "\n".join(part for part in (*parts, why_not(action)) if part)
