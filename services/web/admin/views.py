"""What admins see of usage and feedback: numbers by week, never a text or a name. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shared.http_api.admin import WeekView
from shared.http_api.feedback import FeedbackEntry, Verdict
from shared.http_api.questions import QuestionState


@dataclass(frozen=True, slots=True)
class Week:
    """The feedback of a week that begins on `monday`."""

    monday: date
    up: int
    down: int
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class UsageWeek:
    """What was done in the week that begins on `monday`; `people`: None for too few to tell."""

    monday: date
    asked: int
    answered: int
    abstained: int
    failed: int
    documents: int
    people: int | None

    @classmethod
    def of(cls, week: WeekView) -> "UsageWeek":
        """Return what a page shows of a week."""
        states = week.questions
        answered, abstained = states.get(QuestionState.ANSWERED, 0), states.get(QuestionState.ABSTAINED, 0)
        failed = states.get(QuestionState.FAILED, 0)
        return cls(week.monday, sum(states.values()), answered, abstained, failed, week.documents, week.people)


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
