"""Composes a unit's DUERP into a report: cover, method, work units, lines, programme, annexes, consultations. Pure."""

from uuid import UUID

from services.gateway.duerp.exports.annexes import (
    article_section,
    consultation_section,
    obligation_section,
    transmission_section,
)
from services.gateway.duerp.exports.assessed import Assessments
from services.gateway.duerp.exports.changed import change_section
from services.gateway.duerp.exports.duerp import Duerp
from services.gateway.duerp.exports.exposures import exposure_section
from services.gateway.duerp.exports.programme import programme_section
from services.gateway.duerp.exports.report import Column, Report, Row, Section, Signature, Table
from services.gateway.duerp.exports.wording import TIMES, Wording
from shared.duerp.own_cells import Printed
from shared.http_api.duerp.scales import Calculation, Product, Quotient, Scale, WeightedSum
from shared.http_api.duerp.scales import Table as Combinations
from shared.http_api.duerp.unit import Duty, DutyHeld, Element, Employer


def compose(duerp: Duerp, language: str) -> Report:
    """Compose a DUERP in a language of the catalogue (`fr`, `en`, `de`)."""
    say = Wording(language)
    unit, edition = duerp.unit, duerp.edition
    assessments = Assessments(duerp, say)
    name = f"{unit.name} ({unit.code})" if unit.code else unit.name
    on = say.day(edition.on)
    told = say("version", number=edition.version, on=on) if edition.version else say("today", on=on)
    footer = f"{name}, {told}" + (f", SHA-256 {edition.digest}" if edition.digest else "")
    sections = [
        *change_section(duerp, say),
        *_method(duerp, say, assessments),
        *_work_units(duerp, say),
        *assessments.sections(),
        *programme_section(duerp, say, assessments),
        *exposure_section(duerp, say, assessments),
        *obligation_section(duerp, say, assessments),
        *article_section(duerp, say),
        *consultation_section(duerp, say),
        *transmission_section(duerp, say),
    ]
    return Report(
        language=language,
        title=say("title"),
        unit=name,
        edition=told,
        identity=_identity(duerp, say),
        sections=sections,
        footer=footer,
        page=say("page", page="{page}", pages="{pages}"),
        signed=say("signatures"),
        date_and_signature=say("date-and-signature"),
        signatures=_signatures(duerp, say),
    )


# -- cover


def _identity(duerp: Duerp, say: Wording) -> list[tuple[str, str]]:
    unit = duerp.unit
    duties = [say.labelled(_duty(each, say), each.holder) for each in unit.duties]
    bodies = [f"{each.name} ({each.employer})" if each.employer else each.name for each in unit.bodies]
    sites = [f"{each.name}, {each.address}" if each.address else each.name for each in unit.sites]
    rows = (
        ("director", unit.director or ""),
        ("employers", "\n".join(_employer(each, say) for each in unit.employers)),
        ("sites", "\n".join(sites)),
        ("description", unit.description),
        ("people", say.people(unit.people)),
        ("duties", "\n".join(duties)),
        ("bodies", "\n".join(bodies)),
        ("version-title", duerp.edition.title),
        ("participants", "\n".join(duerp.edition.participants)),
        ("frozen-by", duerp.edition.frozen_by or ""),
        ("closed", say("closed-on", on=say.day(unit.closed_on), keeper=unit.kept_by) if unit.closed_on else ""),
    )
    return [(say(key), value) for key, value in rows if value]


def _employer(employer: Employer, say: Wording) -> str:
    about = [say(f"regime.{employer.regime.value}"), *([say("hosts")] if employer.hosts else [])]
    named = f"{employer.name} ({', '.join(about)})"
    return named if employer.employs is None else say.labelled(named, say.count(employer.employs))


def _duty(held: DutyHeld, say: Wording) -> str:
    return held.detail if held.duty is Duty.OTHER and held.detail else say(f"duty.{held.duty.value}")


def _signatures(duerp: Duerp, say: Wording) -> list[Signature]:
    unit = duerp.unit
    directors = [Signature(say("director"), unit.director)] if unit.director else []
    assistants = [
        Signature(say("duty.prevention_assistant"), each.holder)
        for each in unit.duties
        if each.duty is Duty.PREVENTION_ASSISTANT
    ]
    return directors + assistants[:3]


# -- method


def _method(duerp: Duerp, say: Wording, assessments: Assessments) -> list[Section]:
    """Tell each scale that a rating is on, as its words and formula."""
    used = {each.rating.scale for each in assessments.all if each.rating}
    return [_scale(scale, say) for identity, scale in duerp.of(Scale) if identity in used]


def _scale(scale: Scale, say: Wording) -> Section:
    names = {axis.key: axis.name for axis in scale.axes}
    paragraphs = [scale.about] if scale.about else []
    for key, calculation in (("gross", scale.gross), ("residual", scale.residual)):
        if calculation is not None:
            paragraphs.append(say.labelled(say(key), _formula(calculation, names, say)))
            paragraphs += [say.labelled(say("levels"), levels)] if (levels := _levels(calculation, say)) else []
    rows = tuple(
        Row((axis.name, value.name, say.number(value.weight), value.meaning))
        for axis in scale.axes
        for value in axis.values
    )
    columns = (Column(say("axis"), 20), Column(say("value"), 15), Column(say("weight"), 10), Column(say("meaning"), 55))
    return Section(say("method", scale=scale.name), tuple(paragraphs), Table(say("method-sheet"), columns, rows))


def _formula(calculation: Calculation, names: dict[str, str], say: Wording) -> str:
    match calculation.formula:
        case Product(axes=axes):
            return TIMES.join(names[key] for key in axes)
        case Quotient(over=over, under=under):
            return f"{TIMES.join(names[key] for key in over)} / {TIMES.join(names[key] for key in under)}"
        case WeightedSum(terms=terms, times=times):
            summed = " + ".join(
                names[term.axis] if term.factor == 1 else f"{say.number(term.factor)}{TIMES}{names[term.axis]}"
                for term in terms
            )
            return TIMES.join([f"({summed})" if times else summed, *(names[key] for key in times)])
        case Combinations(axes=axes):
            return say("by-table", axes=", ".join(names[key] for key in axes))


def _levels(calculation: Calculation, say: Wording) -> str:
    told = []
    for level in calculation.levels:
        least, above = say.number(level.at_least), say.number(level.above)
        bound = f" ≥ {least}" if least else f" > {above}" if above else ""
        told.append(f"{level.name}{bound}")
    return ", ".join(told)


# -- work units


def _work_units(duerp: Duerp, say: Wording) -> list[Section]:
    elements: dict[UUID, Element] = dict(duerp.of(Element))
    rows = []
    for identity, unit in duerp.work_units():
        inside = [elements[one] for one in unit.elements if one in elements]
        inside += [one for one in elements.values() if identity in one.work_units and one not in inside]
        places = "\n".join(say.labelled(say(f"element.{one.kind.value}"), one.name) for one in inside)
        told = say.shortened(unit.description)
        read_back = "description" if told == unit.description else ""
        printed = ((0, (Printed("name", unit.name),)), (1, (Printed(read_back, told),)))
        cells = (unit.name, told, places, say.people(unit.people))
        rows.append(Row(cells, entry=str(identity), printed=printed))
    columns = (
        Column(say("work-unit"), 20),
        Column(say("description"), 40),
        Column(say("elements"), 25),
        Column(say("people"), 15),
    )
    return [Section(say("work-units"), (), Table(say("work-units-sheet"), columns, tuple(rows)))] if rows else []
