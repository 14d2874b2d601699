"""Rules of the review on what has changed since the last frozen version, and over HTTP with a corpus that changes."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.gateway.duerp.model import EntryRecord
from services.gateway.duerp.review.findings import Former, Found, Reviewed
from services.gateway.duerp.review.rules import review
from services.gateway.duerp.review.views import review_view
from services.gateway.duerp.scales.examples import example
from shared.contracts.identities import passage_id
from shared.http_api.duerp.entries import LineState
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.lines import ExistingMeasure, Line, LineEvidence, SharedLine, SharedRating
from shared.http_api.duerp.programme import Action, ActionStatus
from shared.http_api.duerp.review import Dismissal
from shared.http_api.duerp.scales import Direction, Rating
from shared.http_api.duerp.unit import Element, ElementKind, Headcount, PeopleStatus, WorkUnit
from shared.http_api.duerp.versions import ArticleText
from shared.language.catalogue import LANGUAGES
from tests.services.gateway.conftest import ADMIN, Rig
from tests.services.gateway.duerp.exports.clean_room import NOW, entry
from tests.services.gateway.duerp.test_article_texts import a_code
from tests.services.gateway.duerp.test_duerp_api import OWN, a_line, get, post
from tests.support.sql import run_sql

TODAY = date(2026, 11, 29)
FROZEN = datetime(2023, 6, 30, tzinfo=UTC)
SINCE = {"article_changed", "article_gone", "rating_improved", "equipment_gone", "document_replaced", "people_changed"}
PLACE = entry(WorkUnit(name="Plateforme"))

NIGHTS_120 = "Travail de nuit : une heure de travail entre 24 heures et 5 heures, 120 nuits par an."
NIGHTS_100 = "Travail de nuit : une heure de travail entre 24 heures et 5 heures, 100 nuits par an."
OLD = ArticleText(article="D4163-2", version="LEGIARTI000036410046", in_force_from=date(2019, 1, 1), text=NIGHTS_120)
NEW = ArticleText(article="D4163-2", version="LEGIARTI000047962458", in_force_from=date(2023, 9, 1), text=NIGHTS_100)
ANNEX = ArticleText(
    article="R4121-1-1",
    version="LEGIARTI000031818152",
    in_force_from=date(2016, 1, 1),
    text="L'employeur consigne, en annexe du document unique : les données collectives de l'article L. 4161-2.",
)


def looked_at(
    now: list[Content | EntryRecord],
    then: Mapping[UUID, Content] | None = None,
    before: tuple[ArticleText, ...] = (),
    after: tuple[ArticleText, ...] = (),
    replaced: frozenset[str] = frozenset(),
) -> Reviewed:
    records = [each if isinstance(each, EntryRecord) else entry(each) for each in now]
    former = Former(3, FROZEN, then or {}, {each.article: each for each in before})
    return Reviewed([PLACE, *records], TODAY, former, {each.article: each for each in after}, replaced)


def found(reviewed: Reviewed) -> list[Found]:
    return [each for each in review(reviewed) if each.rule in SINCE]


def rules(reviewed: Reviewed) -> list[str]:
    return [each.rule for each in found(reviewed)]


def night(*articles: str, **fields: Any) -> Line:
    return Line(work_unit=PLACE.id, family="work_organisation_time", hazard="Nuits", articles=list(articles), **fields)


def test_an_article_whose_text_has_changed_is_told_with_both_texts() -> None:
    reviewed = looked_at([night("D. 4163-2", "L4121-1"), night("L4121-1")], before=(OLD,), after=(NEW,))
    (told,) = found(reviewed)
    assert (told.rule, list(told.articles)) == ("article_changed", ["D4163-2"])
    (change,) = review_view("U", [told], reviewed, "fr").law
    assert change.before.text == NIGHTS_120
    assert change.after is not None
    assert (change.after.text, change.after.in_force_from) == (NIGHTS_100, date(2023, 9, 1))
    assert review_view("U", [told], reviewed, "fr").since == 3


def test_the_same_article_in_other_white_space_has_not_changed() -> None:
    respaced = OLD.model_copy(update={"text": NIGHTS_120.replace(" : ", " :\n ")})
    assert rules(looked_at([night("D4163-2")], before=(OLD,), after=(respaced,))) == []
    renumbered = OLD.model_copy(update={"version": "LEGIARTI000000000001"})
    assert rules(looked_at([night("D4163-2")], before=(OLD,), after=(renumbered,))) == ["article_changed"]


def test_a_corpus_that_was_taken_away_is_no_change_of_law() -> None:
    assert rules(looked_at([night("D4163-2")], before=(OLD,))) == []
    unknown = ArticleText(article="D4163-2")
    assert rules(looked_at([night("D4163-2")], before=(unknown, ANNEX), after=(NEW, ANNEX))) == []


def test_an_article_that_is_gone_is_told_of_the_line_that_cites_it() -> None:
    (told,) = found(looked_at([night("D4163-2", "R4121-1-1")], before=(OLD, ANNEX), after=(ANNEX,)))
    assert (told.rule, list(told.articles)) == ("article_gone", ["D4163-2"])


def test_a_gone_article_that_a_cited_article_names_is_not_the_unit_s_error() -> None:
    quoted = LineEvidence(reference="R4121-1-1", quote=str(ANNEX.text))
    cites = night("R4121-1-1", evidence=[quoted], comment="Voir le référentiel de l'article L4161-2.")
    assert rules(looked_at([cites], before=(ANNEX,), after=(ANNEX,))) == []
    (told,) = found(looked_at([night("R4121-1-1", "L. 4161-2")], before=(ANNEX,), after=(ANNEX,)))
    assert (told.rule, list(told.articles)) == ("article_gone", ["L4161-2"])


def test_a_rejected_line_and_a_unit_without_version_are_not_compared() -> None:
    rejected = entry(night("D4163-2"), LineState.REJECTED)
    assert rules(looked_at([rejected], before=(OLD,), after=(NEW,))) == []
    assert [each.rule for each in review(Reviewed([PLACE, entry(night("D4163-2"))], TODAY)) if each.rule in SINCE] == []


SCALE = entry(example("vigie"))


def rated(score: str, **fields: Any) -> Line:
    rating = Rating(scale=SCALE.id, version=1, values={"gravity": "1"}, score=score)
    return Line(work_unit=PLACE.id, family="noise", hazard="Pompes", residual=rating, **fields)


GLOVES, HOOD = ExistingMeasure(what="Gants"), ExistingMeasure(what="Capot insonorisant")


@pytest.mark.parametrize(
    ("before", "now", "is_found"),
    [
        (rated("12"), rated("6"), True),
        (rated("12", measures=[GLOVES]), rated("6", measures=[GLOVES.model_copy(update={"what": " gants"})]), True),
        (rated("12"), rated("6", measures=[HOOD]), False),
        (rated("6"), rated("12"), False),
        (rated("6"), rated("6"), False),
    ],
)
def test_a_rating_that_improved_without_a_measure_is_pointed_out(before: Line, now: Line, is_found: bool) -> None:
    line = entry(now)
    assert rules(looked_at([SCALE, line], {line.id: before})) == ["rating_improved"] * is_found


def test_an_action_that_was_done_since_explains_a_better_rating_and_an_older_one_does_not() -> None:
    line = entry(rated("6"))
    planned = Action(what="Capoter", lines=[line.id])
    done = entry(planned.model_copy(update={"status": ActionStatus.DONE, "done_on": TODAY}))
    then: dict[UUID, Content] = {line.id: rated("12")}
    assert rules(looked_at([SCALE, line, done], then)) == []
    assert rules(looked_at([SCALE, line, done], then | {done.id: planned})) == []
    assert rules(looked_at([SCALE, line, done], then | {done.id: done.content})) == ["rating_improved"]
    assert rules(looked_at([SCALE, line, entry(planned)], then)) == ["rating_improved"]


def test_a_scale_where_more_is_better_and_one_that_was_changed() -> None:
    better = entry(example("vigie").model_copy(update={"direction": Direction.HIGHER_IS_BETTER}))

    def on(score: str, version: int = 1) -> Line:
        rating = Rating(scale=better.id, version=version, values={"gravity": "1"}, score=score)
        return rated("1").model_copy(update={"residual": rating})

    line = entry(on("12"))
    assert rules(looked_at([better, line], {line.id: on("6")})) == ["rating_improved"]
    assert rules(looked_at([better, line], {line.id: on("20")})) == []
    assert rules(looked_at([better, line], {line.id: on("6", version=2)})) == []


def test_a_shared_rating_is_explained_by_a_measure_of_its_line() -> None:
    line = entry(SharedLine(family="noise", hazard="Bruit"))

    def shared(score: str) -> SharedRating:
        return SharedRating(line=line.id, work_unit=PLACE.id, residual=rated(score).residual)

    now = entry(shared("6"))
    then: dict[UUID, Content] = {line.id: line.content, now.id: shared("12")}
    reviewed = looked_at([SCALE, line, now], then)
    assert [each.name for each in review_view("U", found(reviewed), reviewed, "fr").findings] == ["Bruit"]
    assert rules(reviewed) == ["rating_improved"]
    capped = line.model_copy(update={"content": SharedLine(family="noise", hazard="Bruit", measures=[HOOD])})
    assert rules(looked_at([SCALE, capped, now], then)) == []


def test_a_line_on_equipment_out_of_service_and_one_on_a_replaced_document_are_pointed_out() -> None:
    oven = entry(Element(kind=ElementKind.EQUIPMENT, name="Four", out_of_service=date(2026, 11, 29)))
    later = entry(Element(kind=ElementKind.EQUIPMENT, name="Étuve", out_of_service=date(2026, 11, 30)))
    assert rules(looked_at([oven, later, night(elements=[later.id, oven.id])])) == ["equipment_gone"]
    assert rules(looked_at([oven, later, night(elements=[later.id])])) == []
    passage = passage_id(uuid4(), 3)
    stands = night(evidence=[LineEvidence(reference="Consigne azote", passage=passage)])
    (told,) = found(looked_at([stands], replaced=frozenset({passage})))
    assert (told.rule, told.params["titles"]) == ("document_replaced", "Consigne azote")


def test_other_people_in_a_work_unit_are_pointed_out() -> None:
    two = WorkUnit(name="Salle", people=[Headcount(status=PeopleStatus.DOCTORAL, women=1, men=1)])
    none = Headcount(status=PeopleStatus.INTERN)
    room = entry(two)
    assert rules(looked_at([room], {room.id: two.model_copy(update={"people": [none, *two.people]})})) == []
    assert rules(looked_at([room], {room.id: WorkUnit(name="Salle")})) == ["people_changed"]


def test_who_closed_a_finding_before_the_law_changed_did_not_know_of_it() -> None:
    line = entry(night("D4163-2"))
    closing = entry(Dismissal(rule="article_changed", about=line.id, revision=1, reason="Lu le nouveau texte"))
    newer = NEW.model_copy(update={"in_force_from": NOW.date().replace(day=28)})
    for after, is_closed in ((NEW, True), (newer, False)):
        reviewed = looked_at([line, closing], before=(OLD,), after=(after,))
        (told,) = review_view("U", found(reviewed), reviewed, "fr").findings
        assert (told.dismissed is not None) is is_closed


def test_every_finding_has_a_sentence_in_every_language() -> None:
    oven = entry(Element(kind=ElementKind.EQUIPMENT, name="Four", out_of_service=TODAY))
    passage = passage_id(uuid4(), 0)
    now = rated("6", articles=["D4163-2", "L4161-2"], elements=[oven.id]).model_copy(
        update={"evidence": [LineEvidence(reference="Consigne", passage=passage)]}
    )
    line, room = entry(now), entry(WorkUnit(name="Salle", people=[Headcount(status=PeopleStatus.INTERN, men=1)]))
    then: dict[UUID, Content] = {line.id: rated("12"), room.id: WorkUnit(name="Salle")}
    reviewed = looked_at([SCALE, oven, line, room], then, (OLD,), (NEW,), frozenset({passage}))
    assert set(rules(reviewed)) == SINCE
    for language in LANGUAGES:
        for each in review_view("U", found(reviewed), reviewed, language).findings:
            assert each.sentence
            assert "{" not in each.sentence


async def told_by(rig: Rig) -> Any:
    response = await get(rig, f"{OWN}/review")
    assert response.status_code == 200, response.text
    return response.json()


async def test_a_corpus_with_a_newer_version_of_a_cited_article_is_told_after_freezing(rig: Rig) -> None:
    await a_code(rig, NIGHTS_120, str(OLD.version), article="D4163-2", since=date(2019, 1, 1))
    line = await a_line(rig, articles=["D. 4163-2"])
    await post(rig, f"{OWN}/versions", {"title": "2023"})
    before = await told_by(rig)
    assert (before["since"], before["law"]) == (1, [])
    await a_code(rig, NIGHTS_100, str(NEW.version), article="D4163-2", since=date(2023, 9, 1))
    after = await told_by(rig)
    (change,) = after["law"]
    assert (change["before"]["text"], change["after"]["text"]) == (NIGHTS_120, NIGHTS_100)
    assert change["after"]["in_force_from"] == "2023-09-01"
    (finding,) = [each for each in after["findings"] if each["rule"] == "article_changed"]
    assert (finding["about"], finding["articles"]) == (line["id"], ["D4163-2"])
    await post(rig, f"{OWN}/versions", {"title": "2024"})
    again = await told_by(rig)
    assert (again["since"], again["law"]) == (2, [])


@pytest.mark.parametrize(("scope", "state", "is_found"), [
    ("unit:UMR5219", "replaced", True), ("unit:UMR5219", "indexed", False), ("unit:UMR1", "replaced", False),
])  # fmt: skip
async def test_a_replaced_document_of_the_unit_is_told_and_another_unit_s_never(
    rig: Rig, scope: str, state: str, is_found: bool
) -> None:
    uploaded = await rig.upload(ADMIN, b"Consigne azote", "azote.txt", scope=scope)
    assert uploaded.status_code == 202, uploaded.text
    async with rig.gateway.database.writing() as session:
        version = UUID(str((await run_sql(session, "SELECT id FROM document_versions")).scalar()))
        await run_sql(session, f"UPDATE document_versions SET state = '{state}'")
    evidence = [{"reference": "Consigne azote", "passage": passage_id(version, 0)}]
    await a_line(rig, evidence=evidence)
    rules_told = [each["rule"] for each in (await told_by(rig))["findings"]]
    assert ("document_replaced" in rules_told) is is_found
