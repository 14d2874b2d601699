"""People by status and sex as fields of a form: numbers, never names. Pure."""

from collections.abc import Callable, Mapping, Sequence

from pydantic import ValidationError

from services.web.duerp.typed import typed_number
from shared.http_api.duerp.unit import Headcount, PeopleStatus

LEAST_SHOWN = 5
"""People of whom fewer are not told as a number."""

COUNTS = ("women", "men", "unspecified")
STATUSES = tuple(each.value for each in PeopleStatus)


def people_of(people: Sequence[Headcount]) -> dict[str, str]:
    """Return the fields of people by status: `women-<status>`, `men-<status>`, `unspecified-<status>`."""
    told = {each.status: each for each in people}
    return {
        f"{name}-{status.value}": str(getattr(told[status], name) or "") if status in told else ""
        for status in PeopleStatus
        for name in COUNTS
    }


def typed_people(form: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of a form that comes back, as they were typed."""
    return {name: form.get(name, "") for name in people_of([])}


def headcounts_of(form: Mapping[str, str], wrong: list[str]) -> list[Headcount]:
    """Return the people that a form tells, those statuses left out of which there is nobody.

    Args:
        wrong: receives the fields that are no number of people.
    """
    told = [_headcount(status, form, wrong) for status in PeopleStatus]
    return [each for each in told if each and (each.women or each.men or each.unspecified)]


def people_words(people: Sequence[Headcount], say: Callable[[str], str], t: Callable[[str], str]) -> list[str]:
    """Return people as words, a status each; `say`: looks up the catalogue, `t` its texts of the pages."""
    return [
        f"{say(f'duerp.export.status.{each.status.value}')} · "
        + ", ".join(f"{t(f'measures.{name}')} {getattr(each, name)}" for name in COUNTS if getattr(each, name))
        for each in people
    ]


def shown_people(people: Sequence[Headcount], say: Callable[..., str]) -> list[str]:
    """Return people as whoever reads sees them: fewer than five are no number, since they could be recognised."""
    return [
        f"{say(f'duerp.export.status.{each.status.value}')} · {_counted(each, say)}"
        for each in people
        if each.women + each.men + each.unspecified
    ]


def _counted(each: Headcount, say: Callable[..., str]) -> str:
    count = each.women + each.men + each.unspecified
    if count < LEAST_SHOWN:
        return say("duerp.export.few", least=LEAST_SHOWN)
    if min(each.women, each.men) < LEAST_SHOWN:
        return str(count)
    return f"{count} ({each.women} {say('duerp.export.women')}, {each.men} {say('duerp.export.men')})"


def _headcount(status: PeopleStatus, form: Mapping[str, str], wrong: list[str]) -> Headcount | None:
    told = {name: typed_number(form.get(f"{name}-{status.value}", "").strip() or "0") for name in COUNTS}
    try:
        return Headcount.model_validate({"status": status, **told})
    except ValidationError as error:
        wrong.extend(f"{each['loc'][0]}-{status.value}" for each in error.errors())
        return None
