"""Annex of an export on the factors of L4161-1: collective data, the share above thresholds (R4121-1-1). Pure."""

from services.gateway.duerp.exports.assessed import Assessed, Assessments
from services.gateway.duerp.exports.duerp import Duerp
from services.gateway.duerp.exports.report import Column, Row, Section, Table
from services.gateway.duerp.exports.wording import Wording
from services.gateway.duerp.programme.model import words_of
from shared.duerp.exposure_factors import exposure_factors, factors_of, threshold_of
from shared.http_api.duerp.unit import PeopleStatus, Regime

_COLUMNS = (("factor", 16), ("work-units", 16), ("situation", 26), ("exposed", 12), ("threshold", 18), ("share", 12))


def exposure_section(duerp: Duerp, say: Wording, assessments: Assessments) -> list[Section]:
    """Tell by factor where people are exposed, in which situations, how many of each status, and D4163-2's threshold.

    The share above a threshold concerns staff under private law, and nobody has told it to Vigie: it is asked for.
    """
    by_factor: dict[str, list[Assessed]] = {factor: [] for factor in exposure_factors()}
    for each in assessments.all:
        for factor in factors_of([(each.line.family or "", words_of(each.line))]):
            by_factor[factor].append(each)
    rows = tuple(Row(_cells(factor, lines, duerp, say)) for factor, lines in by_factor.items() if lines)
    columns = tuple(Column(say(f"exposures-{key}"), share) for key, share in _COLUMNS)
    table = Table(say("exposures-sheet"), columns, rows)
    return [Section(say("exposures"), (say("exposures-lead"),), table)] if rows else []


def _cells(factor: str, lines: list[Assessed], duerp: Duerp, say: Wording) -> tuple[str, ...]:
    threshold = threshold_of(factor, say.language)
    exposed = (
        say.labelled(each.line.hazard, say.people(each.line.exposed).replace("\n", ", "))
        for each in lines
        if say.people(each.line.exposed)
    )
    share = (
        "exposures-no-threshold" if not threshold else "exposures-to-tell" if _is_private(duerp) else "exposures-public"
    )
    return (
        say(f"factor-of.{factor}"),
        "\n".join(dict.fromkeys(each.work_unit for each in lines if each.work_unit)),
        say.listed(dict.fromkeys(each.line.hazard or each.line.situation for each in lines)),
        "\n".join(dict.fromkeys(exposed)) or say("exposures-not-told"),
        threshold,
        say(share),
    )


def _is_private(duerp: Duerp) -> bool:
    """Return whether some people are under private law, or nobody has said under which law they are."""
    employers, people = duerp.unit.employers, duerp.unit.people
    private = any(each.regime is Regime.PRIVATE for each in employers)
    return not employers or private or any(each.status is PeopleStatus.APPRENTICE for each in people)
