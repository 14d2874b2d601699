"""What `vigie topics apply` would do, without a cluster."""

from dataclasses import replace

import pytest

from services.standalone.settings import TopicSettings
from services.standalone.topics.plan import declared, plan
from shared.contracts.topics import all_names

WANTED = declared(TopicSettings(), "vigie.")
FOUND = {topic.name: topic for topic in WANTED}
ASKED = FOUND["vigie.questions.asked"]


def test_every_topic_and_its_dead_letters_are_declared_under_the_prefix() -> None:
    assert [topic.name for topic in WANTED] == [f"vigie.{name}" for name in all_names()]
    assert {step.kind for step in plan(WANTED, {}, grow=False)} == {"create"}
    assert plan(WANTED, FOUND, grow=True) == []


def test_questions_are_kept_shorter_and_dead_letters_longer_than_documents() -> None:
    kept = {name: int(topic.config["retention.ms"]) for name, topic in FOUND.items()}
    assert kept["vigie.answers.completed"] < kept["vigie.documents.submitted"] < kept["vigie.questions.asked.dlq"]


@pytest.mark.parametrize(("replication", "given", "in_sync"), [(1, None, "1"), (3, None, "2"), (3, 1, "1")])
def test_a_record_counts_when_all_copies_but_one_have_it(replication: int, given: int | None, in_sync: str) -> None:
    settings = TopicSettings(replication=replication, min_insync_replicas=given)
    assert {topic.config["min.insync.replicas"] for topic in declared(settings, "")} == {in_sync}


def test_only_what_differs_is_configured() -> None:
    there = FOUND | {ASKED.name: replace(ASKED, config={**ASKED.config, "retention.ms": "1", "segment.ms": "60000"})}
    [step] = plan(WANTED, there, grow=False)
    assert (step.kind, step.now, step.then) == (
        "configure",
        {"retention.ms": "1"},
        {"retention.ms": ASKED.config["retention.ms"]},
    )


@pytest.mark.parametrize(
    ("partitions", "grow", "kind"),
    [(2, False, "too-few"), (2, True, "grow"), (9, False, "too-many"), (9, True, "too-many")],
)
def test_partitions_are_added_only_when_asked_and_never_removed(partitions: int, grow: bool, kind: str) -> None:
    [step] = plan(WANTED, FOUND | {ASKED.name: replace(ASKED, partitions=partitions)}, grow=grow)
    assert (step.kind, step.now, step.then) == (kind, {"partitions": str(partitions)}, {"partitions": "6"})


def test_another_number_of_copies_is_told() -> None:
    [step] = plan(WANTED, FOUND | {ASKED.name: replace(ASKED, replication=1)}, grow=True)
    assert (step.kind, step.now, step.then) == ("replication", {"replication": "1"}, {"replication": "3"})
