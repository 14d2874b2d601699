"""Generate openapi.json, routes.md, asyncapi.json, messages.md, settings.md and topics.md in docs/ from the code.

python -m lab.reference            # `make docs`; a test fails while what is committed differs
"""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from faststream.kafka import KafkaBroker
from faststream.specification import AsyncAPI
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from lab.api_page import api_reference
from lab.message_page import messages_reference
from services.embedder.settings import EmbedderSettings
from services.gateway.app import create_app
from services.gateway.settings import (
    DatabaseSettings,
    DirectorySettings,
    GatewaySettings,
    JwksSettings,
    LimitSettings,
)
from services.generator.settings import GeneratorSettings
from services.ingest.settings import IngestSettings
from services.retriever.settings import RetrieverSettings
from services.standalone.local_issuer import LocalIssuer
from services.standalone.settings import StandaloneSettings, TopicSettings
from services.standalone.topics.plan import declared
from services.web.settings import KeycloakSettings, SessionSettings, WebSettings
from shared.contracts.base import Event
from shared.contracts.dead_letters import DeadLetter
from shared.contracts.services import Service
from shared.contracts.topics import DEAD_LETTER_GROUP, DEAD_LETTER_READER, TOPICS, Topic
from shared.kafka.event_keys import MAC_HEADER
from shared.settings import (
    BackendSettings,
    BrokerSettings,
    DiskSettings,
    EventSettings,
    GrantSettings,
    ObjectStoreSettings,
    ProbeSettings,
    TelemetrySettings,
)

ROOT = Path(__file__).parent.parent

SETTINGS: dict[str, type[BaseSettings]] = {
    "All services: Kafka": BrokerSettings,
    "All services: authentication of events": EventSettings,
    "All services: objects": ObjectStoreSettings,
    "All services: room on the disks of local stores": DiskSettings,
    "All services: telemetry": TelemetrySettings,
    "The gateway and the generator: generation backends": BackendSettings,
    "Workers (all but the gateway): access grants": GrantSettings,
    "Workers: where probes and metrics answer": ProbeSettings,
    "Gateway": GatewaySettings,
    "Gateway: what one person, unit and scope may take": LimitSettings,
    "Gateway: the database": DatabaseSettings,
    "Gateway: the issuer's keys": JwksSettings,
    "Gateway: looking people up": DirectorySettings,
    "Ingest": IngestSettings,
    "Embedder": EmbedderSettings,
    "Retriever": RetrieverSettings,
    "Generator": GeneratorSettings,
    "Pages": WebSettings,
    "Pages: signing in": KeycloakSettings,
    "Pages: sessions": SessionSettings,
    "Embedded stack": StandaloneSettings,
    "Topics (`vigie topics apply`)": TopicSettings,
}

COMMAND = {
    "VIGIE_LANG": ("the locale's, else `fr`", "language of the command: `fr`, `en` or `de`"),
    "VIGIE_URL": ("", "gateway that commands talk to, instead of the stack of the data folder (see `vigie login`)"),
    "VIGIE_ISSUER": ("the gateway's", "issuer of `vigie login`"),
}
"""Variables of the `vigie` command, which are not fields of a settings class."""

_SETTINGS_HEAD = """# Settings

Environment variables, by group. Lists are written as JSON. `make docs` makes this page from the code.
"""
_TABLE_HEAD = "| variable | default | meaning |\n| --- | --- | --- |"
_EMBEDDED_NOTE = """
`--data` and `--port` of the `vigie` command come before the first two. The embedded stack heeds the other groups
too, but for what follows from its data folder and its own broker: Kafka's addresses, fetch waits, keys, those of events
among them, folders, the database's URL.
"""
_TOPICS_HEAD = """# Topics

In flow order; `make docs` makes this page from the code. A record's key keeps one document's, import's or question's
order. Topics of the lane `questions` are polled for a person who waits. A topic has its dead letters on `<topic>.dlq`
(`DeadLetter`: where the record lies, its error, its hash; never its text), which its consumers write and the
{reader} reads (group `{letters}`), for who looks after the platform
([ADR 64](adr/0064-dead-letters-in-the-gateway.md)). The messages' fields are in
[messages.md](messages.md) and [asyncapi.json](asyncapi.json).

Where `VIGIE_EVENTS_KEY_FILE` is set, each record carries the header `{mac_header}`: `<id of the key>.<MAC>`, in
hexadecimal digits, HMAC-SHA256 over the lengths (8 bytes, big-endian) and bytes of the topic's name on the broker, the
record's key and its body as it travels. Consumers refuse other records ([ADR 25](adr/0025-authenticated-events.md)).

The replicas of a service that consumes a topic share its records in a group, `vigie-<service>.<topic>`; where it says
*each replica*, there is no group, and each reads every new record. Among those who produce `documents.progressed` and
`answers.completed` are the services that only end a job whose record they cannot handle.

`vigie topics apply` declares them on a Kafka cluster: it creates what is missing, sets what differs of what is
below, adds partitions only with `--grow-partitions`, and deletes nothing. `VIGIE_TOPICS_*` ([settings.md](settings.md))
change partitions (the dead letters have one), copies and how long records are kept.

| topic | message | key | lane | produced by | consumed by | meaning |
| --- | --- | --- | --- | --- | --- | --- |"""
_MESSAGES = (
    "Messages between Vigie's services. JSON in UTF-8; where VIGIE_EVENTS_ENCRYPT or the embedded stack asks for it, "
    f"encrypted. Where a key of events is set, the header {MAC_HEADER} authenticates topic, key and body (topics.md)."
)
_DECLARED_HEAD = """
## As they are declared

By the defaults of `VIGIE_TOPICS_*`; `VIGIE_KAFKA_TOPIC_PREFIX` stands before each name.

| topic | partitions | copies | configuration |
| --- | --- | --- | --- |"""


def settings_reference() -> str:
    """Return docs/settings.md: a table for each group of settings, with variable, default and meaning."""
    groups = [_group(title, list(_rows(settings))) for title, settings in SETTINGS.items()]
    command = _group("The `vigie` command", [(name, *shown) for name, shown in COMMAND.items()])
    return "\n".join([_SETTINGS_HEAD, *groups[:-1], groups[-1].rstrip("\n") + "\n" + _EMBEDDED_NOTE, command])


def _group(title: str, rows: list[tuple[str, str, str]]) -> str:
    lines = [f"| `{name}` | {default} | {meaning} |" for name, default, meaning in rows]
    return "\n".join([f"## {title}", "", _TABLE_HEAD, *lines, ""])


def _rows(settings: type[BaseSettings]) -> Iterator[tuple[str, str, str]]:
    for name, field in settings.model_fields.items():
        if not _is_group(field):
            yield variable(settings, name), _default(field), field.description or ""


def _is_group(field: FieldInfo) -> bool:
    """Return whether a field is a group of settings, whose variables have a prefix of their own."""
    return isinstance(field.annotation, type) and issubclass(field.annotation, BaseSettings)


def variable(settings: type[BaseSettings], field: str) -> str:
    return f"{settings.model_config.get('env_prefix', '')}{field}".upper()


def _default(field: FieldInfo) -> str:
    """Return a field's default; one that depends on the machine is not printed."""
    value = field.default
    if value is PydanticUndefined:
        return "of the machine"
    if value is None:
        return ""
    return f"`{json.dumps(value)}`" if isinstance(value, tuple) else f"`{value}`"


def topics_reference() -> str:
    """Return docs/topics.md: a table of the topics in flow order, and one of their declarations."""
    rows = [
        f"| `{topic.name}` | {topic.message.__name__} | {topic.key} | {topic.lane} "
        f"| {', '.join(topic.producers)} | {_consumers(topic)} | {meaning(topic.message)} |"
        for topic in TOPICS
    ]
    states = [
        f"| `{state.name}` | {state.partitions} | {state.replication} | "
        + " ".join(f"`{key}={value}`" for key, value in state.config.items())
        + " |"
        for state in declared(TopicSettings(), "")
    ]
    return "\n".join(
        [
            _TOPICS_HEAD.format(mac_header=MAC_HEADER, reader=DEAD_LETTER_READER, letters=DEAD_LETTER_GROUP),
            *rows,
            _DECLARED_HEAD,
            *states,
            "",
        ]
    )


def _consumers(topic: Topic) -> str:
    return ", ".join(each.service if each.group else f"{each.service} (*each replica*)" for each in topic.consumers)


def meaning(message: type[Event]) -> str:
    return " ".join((message.__doc__ or "").split())


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI document of the message contracts.

    Returns:
        A channel for each topic and one for its dead letters, with an operation for each service that sends on it or
        receives from it, beside FastStream's own of each channel.
    """
    broker = KafkaBroker("kafka:9092")
    for topic in TOPICS:
        broker.publisher(topic.name, title=topic.name, schema=topic.message, description=_channel(topic))
        broker.publisher(
            topic.dead_letters, title=topic.dead_letters, schema=DeadLetter, description=meaning(DeadLetter)
        )
    specification = AsyncAPI(broker, title="Vigie", version="1", description=_MESSAGES)
    document: dict[str, Any] = json.loads(specification.to_specification().to_json())
    for topic in TOPICS:
        document["operations"] |= dict(_operations(topic))
    return document


def _operations(topic: Topic) -> Iterator[tuple[str, dict[str, Any]]]:
    """Who sends on the topic, who receives from it and in which group, the same of its dead letters; by their ids."""
    for service in topic.producers:
        yield f"{topic.name}.send.{service}", _operation("send", topic.name, service)
    for consumer in topic.consumers:
        operation = _operation("receive", topic.name, consumer.service)
        if (group := topic.group_ids.get(consumer.service)) is not None:
            operation |= _in_group(group)
        yield f"{topic.name}.receive.{consumer.service}", operation
        yield f"{topic.dead_letters}.send.{consumer.service}", _operation("send", topic.dead_letters, consumer.service)
    yield (
        f"{topic.dead_letters}.receive.{DEAD_LETTER_READER}",
        _operation("receive", topic.dead_letters, DEAD_LETTER_READER) | _in_group(DEAD_LETTER_GROUP),
    )


def _in_group(group: str) -> dict[str, Any]:
    """The bindings of an operation whose replicas share the records."""
    return {"bindings": {"kafka": {"bindingVersion": "0.4.0", "groupId": {"enum": [group], "type": "string"}}}}


def _operation(action: Literal["send", "receive"], channel: str, service: Service) -> dict[str, Any]:
    """An operation of AsyncAPI 3, with the service as its tag."""
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/Message"}],
        "tags": [{"name": service.value}],
    }


def _channel(topic: Topic) -> str:
    return f"{meaning(topic.message)} Key: {topic.key}."


def openapi() -> dict[str, Any]:
    """Return the OpenAPI document of the gateway."""
    with tempfile.TemporaryDirectory() as folder:
        issuer = LocalIssuer(Path(folder))
        issuer.prepare()
        app = create_app(GatewaySettings(grant_private_key_file=issuer.grant_private_key_file))
    return app.openapi()


def documents() -> dict[str, str]:
    """Return the reference documents by their names in docs/."""
    messages, api = asyncapi(), openapi()
    return {
        "openapi.json": json.dumps(api, ensure_ascii=False, indent=2) + "\n",
        "routes.md": api_reference(api),
        "asyncapi.json": json.dumps(messages, ensure_ascii=False, indent=2, sort_keys=True) + "\n",
        "messages.md": messages_reference(messages, [topic.message.__name__ for topic in TOPICS]),
        "settings.md": settings_reference(),
        "topics.md": topics_reference(),
    }


def main() -> None:
    for name, text in documents().items():
        (ROOT / "docs" / name).write_text(text, encoding="utf-8")
        print(f"docs/{name}")


if __name__ == "__main__":
    main()
