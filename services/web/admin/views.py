"""What admins see of feedback: numbers by week, never a text or a name. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shared.http_api.feedback import FeedbackEntry, Verdict


@dataclass(frozen=True, slots=True)
class Week:
    """The feedback of a week that begins on `monday`."""

    monday: date
    up: int
    down: int
    reasons: Mapping[str, int]


def weeks_of(feedback: Iterable[FeedbackEntry], today: date, weeks: int) -> Sequence[Week]:
    """Return the last weeks, this one first, those without feedback included."""
    verdicts: Counter[tuple[date, Verdict]] = Counter()
    reasons: dict[date, Counter[str]] = {}
    for each in feedback:
        monday = _monday(each.created_at.astimezone().date())
        verdicts[monday, each.verdict] += 1
        if each.reason is not None:
            reasons.setdefault(monday, Counter())[each.reason.value] += 1
    mondays = [_monday(today) - timedelta(weeks=back) for back in range(weeks)]
    return [
        Week(monday, verdicts[monday, Verdict.UP], verdicts[monday, Verdict.DOWN], reasons.get(monday, {}))
        for monday in mondays
    ]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
