"""The rules of the review on what has changed since the last frozen version: law, ratings, elements, people. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time
from functools import lru_cache
from uuid import UUID

from services.gateway.duerp.model import EntryRecord
from services.gateway.duerp.review.findings import Former, Found, Reviewed
from shared.duerp.importing.articles import Standing, cited_articles
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.lines import Line, SharedLine, SharedRating
from shared.http_api.duerp.programme import Action, ActionStatus
from shared.http_api.duerp.review import ArticleChange
from shared.http_api.duerp.scales import Direction, Rating, Scale
from shared.http_api.duerp.unit import Element, WorkUnit
from shared.http_api.duerp.versions import ArticleText
from shared.references import canonical_article


def law_changes(reviewed: Reviewed) -> Mapping[str, ArticleChange]:
    """Return the articles of the last version whose text is another one now, or that the corpus has no more.

    Nothing is told where the corpus has none of them: it was taken away, the law was not.
    """
    before = reviewed.former.articles if reviewed.former and reviewed.articles else {}
    changes = (ArticleChange(before=each, after=reviewed.articles.get(number)) for number, each in before.items())
    return {each.before.article: each for each in changes if each.before.text and _differs(each.before, each.after)}


def article_changed(reviewed: Reviewed) -> Iterator[Found]:
    """A line that cites an article whose text has changed since the last version (R4121-2)."""
    changes = {number: each for number, each in law_changes(reviewed).items() if each.after is not None}
    for record, line in reviewed.lines:
        numbers = [each for each in _cited(tuple(line.articles)) if each in changes]
        if numbers and reviewed.former is not None:
            since = max(reviewed.former.frozen_at, *(_moment(changes[each].after) for each in numbers))
            yield Found("article_changed", record, (), numbers, _named(reviewed.former, numbers), since)


def article_gone(reviewed: Reviewed) -> Iterator[Found]:
    """A line that itself cites an article which is not in force any more; what that article names is the law's own."""
    gone = {number for number, each in law_changes(reviewed).items() if each.after is None}
    for record, line in reviewed.lines:
        cited = _cited(tuple(line.articles))
        if numbers := [each for each in cited if each in gone or cited[each] is Standing.REPEALED]:
            yield Found("article_gone", record, (), numbers, {"articles": ", ".join(numbers)})


def rating_improved(reviewed: Reviewed) -> Iterator[Found]:
    """A rating that is less bad than in the last version, without a new measure or an action that was done since."""
    if reviewed.former is None:
        return
    then, today = reviewed.former.contents, {record.id: record.content for record in reviewed.records}
    for record, now in [*reviewed.lines, *reviewed.of(SharedRating)]:
        before = then.get(record.id)
        if not isinstance(now, Line | SharedRating) or not isinstance(before, Line | SharedRating):
            continue
        pairs = ((before.residual, now.residual), (before.gross, now.gross))
        if not any(_is_better(*pair, today) for pair in pairs):
            continue
        if not _has_new_measure(before, then, now, today) and not _has_action(reviewed, record, now):
            params = {"version": str(reviewed.former.sequence)}
            yield Found("rating_improved", record, (), ("L4121-2",), params, reviewed.former.frozen_at)


def equipment_gone(reviewed: Reviewed) -> Iterator[Found]:
    """A line that hangs on an element which is out of service."""
    gone = {
        record.id: element
        for record, element in reviewed.of(Element)
        if element.out_of_service is not None and element.out_of_service <= reviewed.today
    }
    for record, line in reviewed.lines:
        for each in getattr(line, "elements", ()):
            if each in gone:
                named = {"name": gone[each].name, "on": str(gone[each].out_of_service)}
                yield Found("equipment_gone", record, (), (), named)
                break


def document_replaced(reviewed: Reviewed) -> Iterator[Found]:
    """A line whose evidence stands in a document that was replaced or withdrawn."""
    for record, line in reviewed.lines:
        titles = [each.reference for each in line.evidence if each.passage in reviewed.replaced]
        if titles:
            yield Found("document_replaced", record, (), (), {"titles": ", ".join(dict.fromkeys(titles))})


def people_changed(reviewed: Reviewed) -> Iterator[Found]:
    """A work unit that has other people than in the last version."""
    for record, unit in reviewed.of(WorkUnit):
        before = reviewed.former.contents.get(record.id) if reviewed.former else None
        if reviewed.former and isinstance(before, WorkUnit) and _counted(before) != _counted(unit):
            params = {"version": str(reviewed.former.sequence)}
            yield Found("people_changed", record, (), (), params, reviewed.former.frozen_at)


SINCE_RULES: Sequence[Callable[[Reviewed], Iterator[Found]]] = (
    article_changed,
    article_gone,
    rating_improved,
    equipment_gone,
    document_replaced,
    people_changed,
)


@lru_cache(maxsize=4_096)
def _cited(articles: tuple[str, ...]) -> Mapping[str, Standing]:
    """Return the canonical numbers of the articles that a line cites, with what is known of each."""
    found = {canonical_article(each): Standing.UNKNOWN for each in articles}
    return found | {number: standing for each in articles for number, standing in cited_articles(each)}


def _named(former: Former, numbers: Sequence[str]) -> Mapping[str, str]:
    return {"version": str(former.sequence), "articles": ", ".join(numbers)}


def _moment(article: ArticleText | None) -> datetime:
    """Return when the text of an article began to be in force, the beginning of time if nobody knows."""
    known = article.in_force_from if article else None
    return datetime.combine(known, time(), UTC) if known else datetime.min.replace(tzinfo=UTC)


def _differs(before: ArticleText, after: ArticleText | None) -> bool:
    if after is None or before.version != after.version:
        return True
    return (before.text or "").split() != (after.text or "").split()


def _is_better(before: Rating | None, now: Rating | None, contents: Mapping[UUID, Content]) -> bool:
    """Return whether a rating is less bad than one on the same version of the same scale; others do not compare."""
    if before is None or now is None or before.score is None or now.score is None:
        return False
    scale = contents.get(now.scale)
    if not isinstance(scale, Scale) or (before.scale, before.version) != (now.scale, now.version):
        return False
    return now.score < before.score if scale.direction is Direction.HIGHER_IS_WORSE else now.score > before.score


def _has_new_measure(
    before: Line | SharedRating, then: Mapping[UUID, Content], now: Line | SharedRating, today: Mapping[UUID, Content]
) -> bool:
    """Return whether a measure is there today that was not there then."""
    return not _measures(now, today) <= _measures(before, then)


def _measures(rated: Line | SharedRating, contents: Mapping[UUID, Content]) -> set[str]:
    """Return the measures of what is rated in words, with those of the line that it shares."""
    line = contents.get(rated.line) if isinstance(rated, SharedRating) else None
    measures = [*rated.measures, *(line.measures if isinstance(line, SharedLine) else ())]
    return {" ".join(each.what.casefold().split()) for each in measures}


def _has_action(reviewed: Reviewed, record: EntryRecord, now: Line | SharedRating) -> bool:
    """Return whether an action that serves the line was done since the last version."""
    line = now.line if isinstance(now, SharedRating) else record.id
    return any(_is_done_since(reviewed, other, action) for other, action in reviewed.of(Action) if line in action.lines)


def _is_done_since(reviewed: Reviewed, record: EntryRecord, action: Action) -> bool:
    if action.status is not ActionStatus.DONE or reviewed.former is None:
        return False
    before = reviewed.former.contents.get(record.id)
    return not isinstance(before, Action) or before.status is not ActionStatus.DONE


def _counted(unit: WorkUnit) -> set[tuple[str, int, int, int]]:
    """Return the people as a set: their order says nothing, and a status without anybody is none."""
    counted = {(each.status.value, each.women, each.men, each.unspecified) for each in unit.people}
    return {each for each in counted if any(each[1:])}
