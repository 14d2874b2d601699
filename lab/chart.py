"""Generate the files of the Helm chart that say what the code says: topics, settings, alerts, dashboards, the realm.

python -m lab.chart            # part of `make docs`; a test fails while what is committed differs
"""

import json
from collections.abc import Iterator
from typing import Any

from pydantic_settings import BaseSettings

from lab import dashboards
from lab.reference import ROOT, variable
from services.embedder.settings import EmbedderSettings
from services.gateway.settings import GatewaySettings
from services.generator.settings import GeneratorSettings
from services.ingest.settings import IngestSettings
from services.retriever.settings import RetrieverSettings
from services.standalone.settings import TopicSettings
from services.web.settings import WebSettings
from shared.contracts.topics import DEAD_LETTER_GROUP, DEAD_LETTER_READER, TOPICS, Topic
from shared.settings import (
    BrokerSettings,
    DiskSettings,
    GrantSettings,
    ObjectStoreSettings,
    ProbeSettings,
    TelemetrySettings,
)

CHART = ROOT / "deploy" / "helm" / "vigie"

_OF_WORKERS = (
    BrokerSettings,
    ObjectStoreSettings,
    DiskSettings,
    TelemetrySettings,
    GrantSettings,
    ProbeSettings,
)
SETTINGS: dict[str, tuple[type[BaseSettings], ...]] = {
    "gateway": (GatewaySettings,),
    "ingest": (*_OF_WORKERS, IngestSettings),
    "embedder": (*_OF_WORKERS, EmbedderSettings),
    "retriever": (*_OF_WORKERS, RetrieverSettings),
    "generator": (*_OF_WORKERS, GeneratorSettings),
    "web": (WebSettings,),
    "topics": (BrokerSettings, TopicSettings),
}
"""The settings that a process of the chart reads; `topics` is the job that declares them."""

_ADDRESSES_WITH_PASSWORDS = ("VIGIE_GATEWAY_DATABASE_URL", "VIGIE_WEB_SESSION_URL")


def topics() -> list[dict[str, Any]]:
    """Return the topics in flow order, with who may do what with them (templates/keda.yaml, templates/strimzi.yaml)."""
    return [_topic(topic) for topic in TOPICS]


def _topic(topic: Topic) -> dict[str, Any]:
    return {
        "name": topic.name,
        "deadLetters": topic.dead_letters,
        "deadLettersReadBy": str(DEAD_LETTER_READER),
        "deadLettersGroup": DEAD_LETTER_GROUP,
        "lane": topic.lane,
        "retention": "questions" if topic.key == "question_id" else "documents",
        "producers": list(topic.producers),
        "groups": {str(service): group for service, group in topic.group_ids.items()},
        "eachReplica": [str(each.service) for each in topic.consumers if each.group is None],
    }


def settings() -> dict[str, dict[str, list[str]]]:
    """Return the variables of each process: all, and those whose values are secrets."""
    return {
        process: {
            "variables": sorted(name for name, _ in _variables(classes)),
            "secrets": sorted(name for name, is_secret in _variables(classes) if is_secret),
        }
        for process, classes in SETTINGS.items()
    }


def _variables(classes: tuple[type[BaseSettings], ...]) -> Iterator[tuple[str, bool]]:
    """Yield each variable, those of groups within a class too, and whether it holds a secret."""
    for each in classes:
        for name, field in each.model_fields.items():
            if isinstance(field.annotation, type) and issubclass(field.annotation, BaseSettings):
                yield from _variables((field.annotation,))
                continue
            named = variable(each, name)
            yield named, "SecretStr" in str(field.annotation) or named in _ADDRESSES_WITH_PASSWORDS


def files() -> dict[str, str]:
    """Return the chart's generated files by their names in files/."""
    return {
        "topics.json": _json(topics()),
        "settings.json": _json(settings()),
        "alerts.yml": (ROOT / "deploy/prometheus/alerts.yml").read_text(encoding="utf-8"),
        "realm-vigie.json": (ROOT / "deploy/keycloak/realm-vigie.json").read_text(encoding="utf-8"),
        **{f"dashboards/{name}": text for name, text in dashboards.files().items()},
    }


def _json(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"


def main() -> None:
    dashboards.main()
    (CHART / "files/dashboards").mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (CHART / "files" / name).write_text(text, encoding="utf-8")
        print(f"{(CHART / 'files' / name).relative_to(ROOT)}")


if __name__ == "__main__":
    main()
