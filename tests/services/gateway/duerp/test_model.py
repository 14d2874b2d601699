"""Entries of a DUERP: states, what is refused, what the server adds to a rating, the whole in figures."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from services.gateway.duerp.contents import check, kind_of, references
from services.gateway.duerp.model import (
    MAY_FOLLOW,
    EntryRecord,
    Outdated,
    added,
    archived,
    change_of,
    changed,
    decided,
    matched,
    restored,
)
from services.gateway.duerp.overview import overview, remarks_of
from services.gateway.duerp.ratings import scale_versions, with_ratings
from services.gateway.duerp.scales.examples import example
from shared.errors import Conflict, InvalidInput, PreconditionRequired
from shared.http_api.duerp.entries import Assessment, ChangeType, EntryKind, LineState
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.kinds import KINDS
from shared.http_api.duerp.lines import ExistingMeasure, Finding, Line, SharedLine, SharedRating, Statement
from shared.http_api.duerp.programme import Action, ActionStatus, Closing, Consultation, Event, EventType
from shared.http_api.duerp.scales import Rating
from shared.http_api.duerp.unit import Element, ElementKind, Headcount, PeopleStatus, WorkUnit

NOW = datetime(2026, 11, 29, 8, tzinfo=UTC)
TODAY = date(2026, 11, 5)
LATER = datetime(2026, 11, 30, 8, tzinfo=UTC)
SCOPE = "unit:UMR5219"
SCALE = uuid4()
WORK_UNIT = uuid4()


def line(**fields: Any) -> Line:
    return Line(**{"work_unit": WORK_UNIT, "family": "chemical_general", "hazard": "Acide fluorhydrique", **fields})


def entry(content: Content) -> EntryRecord:
    return added(SCOPE, content, "alice", NOW)


def rating(version: int = 1, **values: str) -> Rating:
    return Rating(scale=SCALE, version=version, values=values)


# --- states ----------------------------------------------------------------------------------------------------------


def test_a_line_is_proposed_accepted_and_proposed_again_when_it_is_changed() -> None:
    first = entry(line())
    assert first.decided is not None
    assert (first.decided.state, first.decided.by) == (LineState.PROPOSED, "alice")
    accepted = decided(first, LineState.ACCEPTED, "", "bob", LATER)
    assert accepted.decided is not None
    assert (accepted.decided.state, accepted.decided.by, accepted.decided.at) == (LineState.ACCEPTED, "bob", LATER)
    again = changed(accepted, line(situation="Sous sorbonne"), "alice", LATER)
    assert again.decided is not None
    assert again.decided.state is LineState.PROPOSED
    assert (again.id, again.revision, again.created_by) == (first.id, 3, "alice")


@pytest.mark.parametrize("before", list(LineState))
@pytest.mark.parametrize("after", list(LineState))
def test_a_state_follows_those_that_it_may_follow_and_no_other(before: LineState, after: LineState) -> None:
    record = entry(line())
    assert record.decided is not None
    record = record.model_copy(update={"decided": record.decided.model_copy(update={"state": before})})
    if after in MAY_FOLLOW[before]:
        found = decided(record, after, "car ...", "bob", LATER).decided
        assert found is not None
        assert (found.state, found.why) == (after, "car ...")
    else:
        with pytest.raises(Conflict):
            decided(record, after, "car ...", "bob", LATER)


def test_a_rejection_has_a_reason_and_an_accepted_line_a_family_and_a_hazard() -> None:
    with pytest.raises(InvalidInput):
        decided(entry(line()), LineState.REJECTED, " ", "bob", LATER)
    for lacking in ({"family": None}, {"hazard": " \n"}):
        with pytest.raises(Conflict) as refused:
            decided(entry(line(**lacking)), LineState.ACCEPTED, "", "bob", LATER)
        assert refused.value.params["reason"] == "duerp-incomplete"


def test_what_is_archived_is_restored_before_anything_else() -> None:
    away = archived(entry(line()), "alice", LATER)
    assert away.archived_at == LATER
    with pytest.raises(Conflict):
        changed(away, line(), "alice", LATER)
    with pytest.raises(Conflict):
        decided(away, LineState.ACCEPTED, "", "alice", LATER)
    with pytest.raises(Conflict):
        archived(away, "alice", LATER)
    back = restored(away, "alice", LATER)
    assert (back.archived_at, back.revision, back.id) == (None, 3, away.id)
    with pytest.raises(Conflict):
        restored(back, "alice", LATER)


def test_only_lines_are_decided() -> None:
    record = entry(WorkUnit(name="Salle blanche"))
    assert record.decided is None
    with pytest.raises(Conflict):
        decided(record, LineState.ACCEPTED, "", "alice", LATER)


def test_who_comes_second_is_told_with_both_texts() -> None:
    first = entry(line())
    newer = changed(first, line(situation="celui de Bob"), "bob", LATER)
    mine = line(situation="celui d'Alice")
    with pytest.raises(Outdated) as refused:
        matched(newer, frozenset({1}), any_revision=False, yours=mine)
    assert refused.value.current == newer
    assert refused.value.yours == mine
    assert "Alice" not in str(refused.value)
    with pytest.raises(PreconditionRequired):
        matched(newer, None, any_revision=False, yours=mine)
    matched(newer, frozenset({1, 2}), any_revision=False, yours=mine)
    matched(newer, None, any_revision=True, yours=mine)


def test_a_change_tells_who_when_what_and_the_whole_content() -> None:
    record = changed(entry(line()), line(harm="Brûlure"), "bob", LATER)
    told = change_of(record, ChangeType.CHANGED)
    assert (told.by, told.at, told.type, told.revision, told.content) == ("bob", LATER, "changed", 2, record.content)
    assert told.id != change_of(entry(line()), ChangeType.ADDED).id


def test_there_is_one_statement_of_a_family_in_a_work_unit() -> None:
    statement = Statement(work_unit=WORK_UNIT, family="noise", finding=Finding.NOT_ASSESSED)
    assert entry(statement).id == entry(statement).id
    assert entry(statement).id != added("unit:UMR1", statement, "mallory", NOW).id
    with pytest.raises(InvalidInput):
        changed(entry(statement), statement.model_copy(update={"family": "optical_laser"}), "alice", LATER)
    assert entry(line()).id != entry(line()).id


# --- contents --------------------------------------------------------------------------------------------------------

REFUSED = [
    (Statement(work_unit=WORK_UNIT, family="noise", finding=Finding.NO_RISK, reason=" "), "statement-reason"),
    (line(family="chemistry"), "duerp-family"),
    (Statement(work_unit=WORK_UNIT, family="chemistry", finding=Finding.NOT_ASSESSED), "duerp-family"),
    (Action(what=" "), "duerp-words"),
    (Action(what="x", status=ActionStatus.DONE), "action-done-on"),
    (Action(what="x", closed=Closing(on=date(2026, 1, 1), reason="fait")), "action-closed"),
    (
        Action(what="x", status=ActionStatus.ABANDONED, closed=Closing(on=date(2026, 1, 1), reason="")),
        "closing-reason",
    ),
    (Action(what="x", start=date(2026, 2, 1), due=date(2026, 1, 1)), "duerp-dates"),
    (Event(type=EventType.ACCIDENT, on=date(2026, 1, 1), what=""), "duerp-words"),
    (WorkUnit(name="x", people=[Headcount(status=PeopleStatus.DOCTORAL)] * 2), "people-status"),
    (line(measures=[ExistingMeasure(what="")]), "duerp-words"),
    (
        Element(kind=ElementKind.EQUIPMENT, name="x", in_service=date(2026, 2, 1), out_of_service=date(2026, 1, 1)),
        "duerp-dates",
    ),
]


@pytest.mark.parametrize(("content", "reason"), REFUSED)
def test_a_content_that_contradicts_itself_is_refused(content: Content, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check(content)
    assert refused.value.params["reason"] == reason


@pytest.mark.parametrize(
    "fields",
    [
        {"hazard": "a\u202eb"},
        {"hazard": "a\x1b[31m"},
        {"situation": "x" * 4001},
        {"family": "Chimie"},
        {"unknown": "x"},
        {"articles": ["R4412-1\nR4412-2"]},
        {"measures": [{"what": "x", "rank": 10}]},
    ],
)
def test_a_text_that_hides_something_or_has_no_end_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        line(**fields)


def test_a_text_keeps_its_lines_and_signs() -> None:
    words = "=SOMME(A1)\nn° 2 : « gants » 🧤\t0.05"
    assert line(situation=words).situation == words
    assert line(situation="a\r\nb\rc").situation == "a\nb\nc"
    assert line(hazard="e\u0301").hazard == "\u00e9"


def test_each_kind_has_one_model_and_references_name_kinds() -> None:
    assert set(KINDS) == set(EntryKind)
    assert all(kind_of(content.model_construct()) is kind for kind, content in KINDS.items())
    bench, shared = uuid4(), uuid4()
    assert references(line(elements=[bench])) == {WORK_UNIT: {EntryKind.WORK_UNIT}, bench: {EntryKind.ELEMENT}}
    assert references(Action(what="x", lines=[shared])) == {shared: {EntryKind.LINE, EntryKind.SHARED_LINE}}


# --- ratings ---------------------------------------------------------------------------------------------------------

VIGIE = {(SCALE, 1): example("vigie"), (SCALE, 2): example("uneven_product")}


def test_a_rating_has_score_level_who_and_when_from_the_server_alone() -> None:
    sent = rating(gravity="3", frequency="4", control="3").model_copy(update={"score": 1, "rated_by": "mallory"})
    filled = with_ratings(line(residual=sent), None, VIGIE, "alice", NOW).residual
    assert filled is not None
    assert (filled.score, filled.level, filled.rated_by, filled.rated_at) == (Decimal(36), "critique", "alice", NOW)
    assert filled.lower_than_gross is None  # there is no gross rating to compare with


def test_a_rating_that_stays_keeps_who_and_when_and_a_changed_scale_converts_nothing() -> None:
    first = with_ratings(line(residual=rating(gravity="3", frequency="4", control="3")), None, VIGIE, "alice", NOW)
    again = with_ratings(first.model_copy(update={"harm": "Brûlure"}), first, VIGIE, "bob", LATER)
    assert again.residual == first.residual
    sent = rating(version=2, gravity="Grave", frequency="Journalière", control="Moyenne")
    other = with_ratings(line(residual=sent), first, VIGIE, "bob", LATER).residual
    assert other is not None
    assert (other.version, other.score, other.rated_by) == (2, Decimal(500), "bob")


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (rating(version=3, gravity="3", frequency="4", control="3"), "rating-scale"),
        (rating(gravity="3", frequency="4"), "rating-incomplete"),
        (rating(gravity="3", frequency="4", control="moyenne"), "rating-value"),
    ],
)
def test_a_rating_that_is_not_of_the_scale_is_refused(sent: Rating, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        with_ratings(line(residual=sent), None, VIGIE, "alice", NOW)
    assert refused.value.params["reason"] == reason
    assert scale_versions(line(residual=sent)) == {(SCALE, sent.version)}


@pytest.mark.parametrize(
    ("control", "checked_on", "codes"),
    [
        ("1", None, ["residual-unchecked"]),
        ("3", None, ["residual-unchecked"]),
        ("4", None, []),
        ("1", date(2026, 3, 1), []),
    ],
)
def test_a_residual_rating_below_the_gross_one_without_a_checked_measure_is_pointed_out(
    control: str, checked_on: date | None, codes: list[str]
) -> None:
    content = line(
        gross=rating(gravity="4", frequency="2"),
        residual=rating(gravity="4", frequency="2", control=control),
        measures=[ExistingMeasure(what="Sorbonne", rank=8, checked_on=checked_on)],
    )
    assert remarks_of(entry(with_ratings(content, None, VIGIE, "alice", NOW))) == codes


def test_a_line_to_be_completed_says_of_what() -> None:
    bare = Line(work_unit=WORK_UNIT)
    assert remarks_of(entry(bare)) == ["family-missing", "hazard-missing", "not-rated"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Mme Durand ne supporte plus son collègue", ["person-named"]),
        ("Mme Durand est en arrêt pour dépression", ["personal-data"]),
        ("La technicienne du labo est enceinte", ["personal-data"]),
        ("Appeler le 06 12 34 56 78", ["personal-data"]),
        ("Femmes enceintes : éviter le poste. Allergies, cancers possibles ; E. coli, M. tuberculosis", []),
        ("Charge de travail mal répartie entre les équipes", []),
    ],
)
def test_a_text_that_tells_of_a_person_is_pointed_out(text: str, codes: list[str]) -> None:
    shared = SharedLine(family="psychosocial", hazard="Charge", situation=text)
    action = Action(what="Revoir la répartition", comment=text, responsible="M. Martin")
    assert [remarks_of(entry(shared)), remarks_of(entry(action))] == [codes, codes]
    assert remarks_of(entry(Consultation(body="F3SCT", opinion_text=text))) == [], "an opinion may name who gave it"


# --- the whole -------------------------------------------------------------------------------------------------------


def test_families_are_told_by_lines_then_by_statements_and_a_rejected_line_says_nothing() -> None:
    clean, office = entry(WorkUnit(name="Salle blanche")), entry(WorkUnit(name="Bureaux"))
    rejected = decided(
        entry(line(work_unit=office.id, family="optical_laser")), LineState.REJECTED, "aucun", "bob", LATER
    )
    none = Statement(work_unit=clean.id, family="chemical_general", finding=Finding.NO_RISK, reason="rien")
    quiet = Statement(work_unit=office.id, family="noise", finding=Finding.NO_RISK, reason="mesuré à 50 dB(A)")
    shared = entry(SharedLine(family="psychosocial", hazard="Charge de travail"))
    found = overview(
        "UMR5219",
        [clean, office, entry(line(work_unit=clean.id)), rejected, entry(none), entry(quiet), shared],
        TODAY,
    )
    told = {(each.work_unit, each.family): (each.assessment, each.lines, each.contradicted) for each in found.families}
    assert told == {
        (clean.id, "chemical_general"): (Assessment.LINES, 1, True),
        (clean.id, "psychosocial"): (Assessment.LINES, 1, False),
        (office.id, "psychosocial"): (Assessment.LINES, 1, False),
        (office.id, "noise"): (Assessment.NO_RISK, 0, False),
    }
    assert found.counts[EntryKind.WORK_UNIT] == 2
    assert found.states == {LineState.PROPOSED: 2, LineState.REJECTED: 1}


def test_open_events_put_lines_to_review_and_actions_stay_open_until_they_are_closed() -> None:
    one, two = uuid4(), uuid4()
    closed = Closing(on=date(2026, 5, 1), reason="revue faite")

    def event(*lines: UUID, **fields: Any) -> EntryRecord:
        return entry(Event(type=EventType.NEAR_MISS, on=date(2026, 4, 1), what="Fuite", lines=list(lines), **fields))

    carried = entry(Action(what="Oxymètre", start=date(2024, 1, 1), due=date(2024, 6, 1)))
    done = Action(what="x", status=ActionStatus.DONE, done_on=date(2026, 1, 1), closed=closed)
    found = overview("UMR5219", [event(one), event(two, closed=closed), event(one), carried, entry(done)], TODAY)
    assert found.to_review == [one]
    assert found.open_actions == [carried.id]


def test_a_shared_ratings_measures_are_its_own_and_the_lines() -> None:
    shared = SharedLine(family="psychosocial", hazard="Charge", measures=[ExistingMeasure(what="Entretiens")])
    checked = shared.model_copy(update={"measures": [ExistingMeasure(what="Entretiens", checked_on=date(2026, 1, 1))]})
    for text, expected in ((shared, True), (checked, False)):
        written = entry(text)
        content = SharedRating(
            line=written.id,
            work_unit=WORK_UNIT,
            gross=rating(gravity="3", frequency="3"),
            residual=rating(gravity="3", frequency="3", control="2"),
        )
        rated = entry(with_ratings(content, None, VIGIE, "alice", NOW))
        assert (rated.id in overview("UMR5219", [written, rated], TODAY).remarked) is expected


@pytest.mark.parametrize(
    ("fields", "since"),
    [
        ({"sent_on": date(2026, 9, 1)}, date(2026, 10, 1)),
        ({"sent_on": date(2026, 9, 1), "expected_on": TODAY}, None),
        ({"sent_on": date(2026, 9, 1), "met_on": date(2026, 9, 20), "opinion": "favourable"}, None),
        ({"sent_on": date(2026, 10, 20)}, None),
        ({}, None),
    ],
)
def test_a_consultation_is_late_a_month_after_it_was_sent_or_when_it_was_expected(
    fields: dict[str, Any], since: date | None
) -> None:
    asked = entry(Consultation(body="CSA", employer="Université", version=1, **fields))
    given = entry(
        Consultation(body="F3SCT", employer="CNRS", version=1, sent_on=date(2026, 9, 1), opinion="favourable")
    )
    late = overview("UMR5219", [given, asked], TODAY).late_consultations
    assert [(each.consultation, each.body, each.employer, each.version, each.since) for each in late] == (
        [(asked.id, "CSA", "Université", 1, since)] if since else []
    )
