"""From what the rules find to the JSON of the API."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.gateway.duerp.model import EntryRecord
from services.gateway.duerp.review.findings import Found, Reviewed
from services.gateway.duerp.review.since import law_changes
from services.gateway.duerp.views import url_of
from shared.duerp.obligations import obligations
from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.lines import LineText, SharedRating
from shared.http_api.duerp.programme import Action, Event
from shared.http_api.duerp.review import Dismissal, Dismissed, Review, ReviewFinding
from shared.language.catalogue import Catalogue, supported

_NAME_CHARS = 200
_catalogue = Catalogue()


def review_view(unit: str, found: Sequence[Found], reviewed: Reviewed, language: str) -> Review:
    """Return the review; each finding with who has closed it, if its entry is still what it was then."""
    closed: Mapping[tuple[str, UUID], tuple[EntryRecord, Dismissal]] = {
        (record.content.rule, record.content.about): (record, record.content)
        for record in reviewed.records
        if isinstance(record.content, Dismissal)
    }
    findings = [_finding(each, unit, closed.get((each.rule, each.about.id)), language, reviewed) for each in found]
    return Review(
        unit=unit,
        open=sum(each.dismissed is None for each in findings),
        findings=findings,
        since=reviewed.former.sequence if reviewed.former else None,
        law=list(law_changes(reviewed).values()),
    )


def _finding(
    found: Found, unit: str, closed: tuple[EntryRecord, Dismissal] | None, language: str, reviewed: Reviewed
) -> ReviewFinding:
    about = found.about
    return ReviewFinding(
        rule=found.rule,
        sentence=_sentence(found, language),
        about=about.id,
        kind=about.kind,
        revision=about.revision,
        name=_name(about.content, reviewed),
        url=url_of(about.kind, unit, about.id),
        families=list(found.families),
        articles=list(found.articles),
        dismissed=_dismissed(found, unit, closed),
    )


def _sentence(found: Found, language: str) -> str:
    key = f"duerp.review.{found.rule.replace('_', '-')}"
    if _catalogue.has(key):
        return _catalogue.text(language, key, **found.params)
    text = next(each.text for each in obligations().all if each.id == found.rule.replace("_", "-"))
    return _catalogue.text(language, "duerp.review.not-found", wanted=text[supported(language)])


def _dismissed(found: Found, unit: str, closed: tuple[EntryRecord, Dismissal] | None) -> Dismissed | None:
    if closed is None:
        return None
    record, said = closed
    if said.revision is not None and said.revision != found.about.revision:
        return None
    if found.since is not None and record.updated_at < found.since:
        return None
    return Dismissed(
        dismissal=record.id,
        url=url_of(EntryKind.DISMISSAL, unit, record.id),
        by=record.updated_by,
        reason=said.reason,
    )


def _name(content: Content, reviewed: Reviewed) -> str:
    match content:
        case SharedRating():
            line = next((each.content for each in reviewed.records if each.id == content.line), None)
            return _name(line, reviewed) if isinstance(line, LineText) else ""
        case LineText():
            name = content.hazard or content.situation
        case Action() | Event():
            name = content.what
        case _:
            name = str(getattr(content, "name", ""))
    return name[:_NAME_CHARS]
