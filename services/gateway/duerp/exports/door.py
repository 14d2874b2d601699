"""The sheet of one work unit for its door: its risks and what protects from them. Pure.

Whoever passes reads it, so it has less than the DUERP: no number of people, no comment, no difference between women and
men, no action, no name but of who holds a function of prevention.
"""

from uuid import UUID

from services.gateway.duerp.exports.assessed import Assessed, Assessments, tinted
from services.gateway.duerp.exports.duerp import Duerp
from services.gateway.duerp.exports.extract import limited
from services.gateway.duerp.exports.report import Column, Report, Row, Section, Table
from services.gateway.duerp.exports.wording import Wording
from shared.errors import NotFound
from shared.http_api.duerp.entries import LineState
from shared.http_api.duerp.unit import Duty, DutyHeld, Element, WorkUnit

_LEVEL = 3
"""Index of the column of the level."""


def door_sheet(duerp: Duerp, identity: UUID, language: str) -> Report:
    """Compose the sheet of a work unit in a language of the catalogue.

    Raises:
        NotFound: the DUERP has no such work unit.
    """
    say = Wording(language)
    work_unit = dict(duerp.of(WorkUnit)).get(identity)
    if work_unit is None:
        raise NotFound(what="entry")
    theirs, unit, edition = limited(duerp, [identity]), duerp.unit, duerp.edition
    on = say.day(edition.on)
    told = say("version", number=edition.version, on=on) if edition.version else say("today", on=on)
    duties = [say.labelled(_duty(each, say), each.holder) for each in unit.duties]
    elements = [say.labelled(say(f"element.{one.kind.value}"), one.name) for _, one in theirs.of(Element)]
    identity_rows = (
        ("unit-name", f"{unit.name} ({unit.code})" if unit.code else unit.name),
        ("description", say.shortened(work_unit.description)),
        ("elements", "\n".join(elements)),
        ("duties", "\n".join(duties)),
    )
    return Report(
        language=language,
        title=say("door-title"),
        unit=work_unit.name,
        edition=told,
        identity=[(say(key), words) for key, words in identity_rows if words],
        sections=_risks(theirs, say),
        footer=f"{unit.name}, {work_unit.name}, {told}",
        page=say("page", page="{page}", pages="{pages}"),
        signed="",
        date_and_signature="",
        has_cover=False,
    )


def _duty(held: DutyHeld, say: Wording) -> str:
    return held.detail if held.duty is Duty.OTHER and held.detail else say(f"duty.{held.duty.value}")


def _risks(duerp: Duerp, say: Wording) -> list[Section]:
    rows = tuple(_row(each, duerp, say) for each in Assessments(duerp, say).all)
    columns = tuple(
        Column(say(key), share)
        for key, share in (("family", 18), ("situation", 32), ("measures", 34), ("level", 10), ("articles", 10))
    )
    if not rows:
        return [Section(say("door-risks"), (say("door-none"),))]
    return [Section(say("door-risks"), (), Table(say("lines-sheet"), columns, rows))]


def _row(each: Assessed, duerp: Duerp, say: Wording) -> Row:
    line, rating, decided = each.line, each.rating, each.entry.decided
    family = duerp.families.get(line.family or "", say("to-complete"))
    is_proposed = decided is not None and decided.state is LineState.PROPOSED
    harm = say.labelled(say("harm"), line.harm) if line.harm else ""
    level = (rating.level or say.number(rating.score)) if rating else say("unrated")
    cells = (
        "\n".join([family, *([say("line-state.proposed")] if is_proposed else [])]),
        "\n".join(part for part in (line.hazard, line.situation, harm) if part),
        say.listed(measure.what for measure in each.measures),
        level,
        "\n".join(line.articles),
    )
    tints = ((_LEVEL, tinted(rating.colour)),) if rating and rating.colour else ()
    return Row(cells, tints)
