"""What the chart says of Kafka is what shared/contracts/topics.py says: lag, accounts, topics."""

from collections import defaultdict

import pytest

from services.standalone.settings import TopicSettings
from services.standalone.topics.plan import declared
from shared.contracts.services import Service
from shared.contracts.topics import DEAD_LETTER_GROUP, DEAD_LETTER_READER, TOPICS
from tests.support.helm import HELM, REASON, Manifest, of_kind, render

pytestmark = [pytest.mark.connected, pytest.mark.skipif(not HELM, reason=REASON)]

WORKERS = (Service.INGEST, Service.EMBEDDER, Service.RETRIEVER, Service.GENERATOR)
SCALED = ("gateway", "web", *WORKERS)


@pytest.fixture(scope="module")
def production() -> list[Manifest]:
    return render("production")


@pytest.fixture(scope="module")
def spread() -> list[Manifest]:
    """High availability: topics and accounts by Strimzi."""
    return render("ha")


@pytest.mark.parametrize("service", WORKERS)
def test_workers_follow_the_lag_of_every_group_that_they_are_in(production: list[Manifest], service: Service) -> None:
    [scaled] = [
        each for each in of_kind(production, "ScaledObject") if each["metadata"]["name"].endswith(f"-{service}")
    ]
    followed = {
        (trigger["metadata"]["topic"], trigger["metadata"]["consumerGroup"]) for trigger in scaled["spec"]["triggers"]
    }
    groups = {(topic.name, topic.group_ids[service]) for topic in TOPICS if service in topic.group_ids}
    assert groups
    assert followed == {(f"vigie.{topic}", f"vigie.{group}") for topic, group in groups}
    for trigger in scaled["spec"]["triggers"]:
        assert trigger["metadata"]["tls"] == "enable"
        assert trigger["metadata"]["sasl"] == "scram_sha512"
        assert trigger["metadata"]["allowIdleConsumers"] == "false"
        assert trigger["authenticationRef"] == {"name": "trial-vigie-kafka"}


def test_where_people_wait_less_lag_calls_for_more(production: list[Manifest]) -> None:
    thresholds = defaultdict(set)
    for scaled in of_kind(production, "ScaledObject"):
        for trigger in scaled["spec"]["triggers"]:
            [topic] = [each for each in TOPICS if f"vigie.{each.name}" == trigger["metadata"]["topic"]]
            thresholds[topic.lane].add(int(trigger["metadata"]["lagThreshold"]))
    assert thresholds == {"questions": {4}, "documents": {64}}


@pytest.mark.parametrize("values", ["production", "ha"])
def test_one_thing_alone_turns_the_number_of_replicas(values: str) -> None:
    manifests = render(values)
    scalers = [
        each["spec"]["scaleTargetRef"]["name"] for each in of_kind(manifests, "HorizontalPodAutoscaler", "ScaledObject")
    ]
    assert len(scalers) == len(set(scalers))
    for deployment in of_kind(manifests, "Deployment"):
        assert ("replicas" in deployment["spec"]) == (deployment["metadata"]["name"] not in scalers)


@pytest.mark.parametrize(("values", "partitions"), [("production", 6), ("ha", 12)])
def test_no_group_has_more_members_than_partitions(values: str, partitions: int) -> None:
    for scaled in of_kind(render(values), "ScaledObject"):
        assert scaled["spec"]["minReplicaCount"] <= scaled["spec"]["maxReplicaCount"] <= partitions


def test_strimzi_declares_what_vigie_topics_apply_would(spread: list[Manifest]) -> None:
    wanted = {
        state.name: (state.partitions, state.replication, dict(state.config))
        for state in declared(TopicSettings(partitions=12), "")
    }
    got = {
        each["spec"]["topicName"]: (
            each["spec"]["partitions"],
            each["spec"]["replicas"],
            {key: str(value) for key, value in each["spec"]["config"].items()},
        )
        for each in of_kind(spread, "KafkaTopic")
    }
    assert got == wanted


@pytest.mark.parametrize("service", list(Service))
def test_an_account_may_what_its_service_does_and_no_more(spread: list[Manifest], service: Service) -> None:
    [user] = [each for each in of_kind(spread, "KafkaUser") if each["metadata"]["name"] == f"trial-vigie-{service}"]
    got: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for rule in user["spec"]["authorization"]["acls"]:
        assert rule["resource"]["patternType"] == "literal"
        got[rule["resource"]["type"], rule["resource"]["name"]] |= set(rule["operations"])
    wanted: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for topic in TOPICS:
        if service in topic.producers:
            wanted["topic", topic.name] |= {"Write", "Describe"}
        if service in {each.service for each in topic.consumers}:
            wanted["topic", topic.name] |= {"Read", "Describe"}
            wanted["topic", topic.dead_letters] |= {"Write", "Describe"}
        if service == DEAD_LETTER_READER:
            wanted["topic", topic.dead_letters] |= {"Read", "Describe"}
            wanted["group", DEAD_LETTER_GROUP] |= {"Read", "Describe"}
        if service in topic.group_ids:
            wanted["group", topic.group_ids[service]] |= {"Read", "Describe"}
    assert got == wanted


def test_keda_only_looks(spread: list[Manifest]) -> None:
    [user] = [each for each in of_kind(spread, "KafkaUser") if each["metadata"]["name"].endswith("-keda")]
    assert {operation for rule in user["spec"]["authorization"]["acls"] for operation in rule["operations"]} == {
        "Describe"
    }


def test_topics_are_there_before_the_services(production: list[Manifest]) -> None:
    [job] = of_kind(production, "Job")
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    [container] = job["spec"]["template"]["spec"]["containers"]
    assert container["command"] == ["vigie", "topics", "apply"]
    assert container["image"] == "registry.example.org/safety/vigie-tools:0.1.0"
    assert not of_kind(render("ha"), "Job")


def test_what_the_job_needs_is_there_before_it(production: list[Manifest]) -> None:
    flows = [each for each in of_kind(production, "NetworkPolicy") if "-topics-to-" in each["metadata"]["name"]]
    assert {each["metadata"]["name"] for each in flows} == {"trial-vigie-topics-to-dns", "trial-vigie-topics-to-kafka"}
    [job] = of_kind(production, "Job")
    for each in flows:
        annotations = each["metadata"]["annotations"]
        assert int(annotations["helm.sh/hook-weight"]) < int(job["metadata"]["annotations"]["helm.sh/hook-weight"])
