"""What `vigie topics apply` says, with and without `--dry-run`, over a cluster that does not need Kafka."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from services.cli import app
from services.standalone.settings import TopicSettings
from services.standalone.topics.plan import Step, TopicState, declared
from shared.settings import BrokerSettings

MISSING, RETAINED, SMALL, *SAME = declared(TopicSettings(), "")


class Cluster:
    """Has all topics but one; one keeps its records for another time, one has fewer partitions."""

    applied: Sequence[Step] = ()

    def __init__(self, _settings: BrokerSettings) -> None:
        kept = replace(RETAINED, config={**RETAINED.config, "retention.ms": "1"})
        self._found = [kept, replace(SMALL, partitions=SMALL.partitions - 1), *SAME]

    def found(self, _names: Iterable[str]) -> dict[str, TopicState]:
        return {topic.name: topic for topic in self._found}

    def apply(self, steps: Sequence[Step]) -> None:
        Cluster.applied = steps


@pytest.mark.parametrize(
    ("language", "would", "did"),
    [
        (
            "en",
            ["would be created", "would be configured", "would be added"],
            [": created", ": configured", "partitions added"],
        ),
        ("fr", ["à créer", "à configurer", "à ajouter"], ["créé", "configuré", "ajoutées"]),
        (
            "de",
            ["würde angelegt", "würde konfiguriert", "würden hinzugefügt"],
            [": angelegt", ": konfiguriert", "Partitionen hinzugefügt"],
        ),
    ],
)
def test_a_dry_run_says_what_would_be_done_and_the_run_what_was_done(
    monkeypatch: pytest.MonkeyPatch, language: str, would: list[str], did: list[str]
) -> None:
    monkeypatch.setenv("VIGIE_LANG", language)
    monkeypatch.setattr("services.standalone.topics.kafka_admin.KafkaTopics", Cluster)
    monkeypatch.setattr(Cluster, "applied", ())
    for options, said in ((["--dry-run"], would), ([], did)):
        result = CliRunner().invoke(app, ["topics", "apply", "--grow-partitions", *options])
        *told, _sum = result.output.splitlines()
        for line, topic, words in zip(told, (MISSING, RETAINED, SMALL), said, strict=True):
            assert topic.name in line
            assert words in line
        assert [step.kind for step in Cluster.applied] == ([] if options else ["create", "configure", "grow"])
