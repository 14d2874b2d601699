"""Lines of a yearly update as its page asks of them, and the answers that are sent. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.duerp.families import family_labels
from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.together import Outcome, TogetherView
from shared.http_api.duerp.year import Asked, LineAnswer, Reminder, StillTrue
from shared.language.catalogue import Catalogue
from shared.language.names import one_line, shown_text

_SHOWN = ("hazard", "situation", "harm", "comment")
_PATHS = {EntryKind.LINE: "lines", EntryKind.SHARED_LINE: "shared-lines"}
_catalogue = Catalogue()


@dataclass(frozen=True, slots=True)
class Side:
    """A field of a line: what it says now, and what it said last year where that was something else."""

    label: str
    now: str
    before: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """A line that is asked about."""

    id: str
    revision: int
    name: str
    family: str
    address: str
    sides: Sequence[Side]
    is_new: bool
    others_differ: bool
    answer: str
    why: str
    by: str
    pending: bool
    answered: int


def question_of(asked: Asked, unit: str, language: str) -> Question:
    """Return a line as it is shown."""
    content = asked.now
    sides = [_side(asked, name, language) for name in _SHOWN]
    measures = _measures([each.what for each in content.measures])
    before = asked.before
    former = _measures([str(each.get("what", "")) for each in before["measures"]]) if before else None
    label = _catalogue.text(language, "duerp.export.measures")
    sides.append(Side(label, measures, former if former not in (None, measures) else None))
    return Question(
        id=str(asked.line),
        revision=asked.revision,
        name=one_line(content.hazard) or one_line(content.situation),
        family=family_labels(language).get(content.family or "", ""),
        address=f"/duerp/{unit}/{_PATHS[asked.kind]}/{asked.line}",
        sides=[side for side in sides if side.now or side.before],
        is_new=before is None,
        others_differ=bool(set(asked.differs) - {*_SHOWN, "measures"}),
        answer=asked.answer.value if asked.answer else "",
        why=asked.why,
        by=asked.by or "",
        pending=asked.pending,
        answered=asked.answered,
    )


def _side(asked: Asked, name: str, language: str) -> Side:
    now = shown_text(str(getattr(asked.now, name)))
    before = shown_text(str(asked.before.get(name, ""))) if asked.before and name in asked.differs else None
    return Side(_catalogue.text(language, f"web.fields.{name}"), now, before)


def _measures(measures: Sequence[str]) -> str:
    return "\n".join(one_line(each) for each in measures)


def answers_of(form: Mapping[str, str]) -> list[LineAnswer]:
    """Return the answers of a form, a line without one left out: `answer-<line>`, `why-<line>`, and what was read of
    it, `revision-<line>` and `after-<line>`.

    Raises:
        ValueError: a name or a value is none of the page's.
    """
    found = []
    for name, value in form.items():
        if name.startswith("answer-") and value:
            line = name.removeprefix("answer-")
            revision, after = (int(form.get(f"{what}-{line}", "0")) for what in ("revision", "after"))
            why = form.get(f"why-{line}", "").strip()
            found.append(LineAnswer(id=UUID(line), revision=revision, after=after, answer=StillTrue(value), why=why))
    return found


def refusals_of(view: TogetherView) -> dict[str, str]:
    """Return the outcomes of answers that were not taken: the reason of each, or the key of a sentence."""
    taken = {Outcome.DONE, Outcome.UNCHANGED}
    return {str(each.id): each.reason or each.outcome.value for each in view.outcomes if each.outcome not in taken}


def reminder_address(reminder: Reminder, unit: str) -> str:
    """Return the page of what is to be done."""
    if reminder.about is None or reminder.url is None:
        return f"/duerp/{unit}/year"
    kind = reminder.url.split("/")[-2]
    return f"/duerp/{unit}/year" if reminder.type.value == "yearly_update" else f"/duerp/{unit}/{kind}/{reminder.about}"
