"""`vigie topics`: declare the topics of a deployment on its Kafka cluster, and show them."""

from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.command import command
from services.cli.context import out
from services.cli.output import Output
from services.cli.texts import text
from shared.settings import BrokerSettings

if TYPE_CHECKING:
    from services.standalone.topics.plan import Step, TopicState

_DONE = {"create", "configure", "grow"}


@command
async def apply(
    output: Output,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=text("cli.help.topics-dry-run"))] = False,
    grow: Annotated[bool, typer.Option("--grow-partitions", help=text("cli.help.grow-partitions"))] = False,
) -> None:
    from services.standalone.topics.kafka_admin import KafkaTopics
    from services.standalone.topics.plan import plan

    kafka, wanted = BrokerSettings(), _declared()
    topics = KafkaTopics(kafka)
    steps = plan(wanted, topics.found(topic.name for topic in wanted), grow=grow)
    if not dry_run:
        topics.apply(steps)
    if output.print_json([_as_json(step) for step in steps]):
        return
    for step in steps:
        out.print(_sentence(step, dry_run=dry_run), markup=False, soft_wrap=True)
    done = sum(step.kind in _DONE for step in steps)
    out.print(text("cli.topics.would" if dry_run else "cli.topics.done", count=done, topics=len(wanted)))


@command
async def show(output: Output) -> int:
    from services.standalone.topics.kafka_admin import KafkaTopics

    wanted = _declared()
    found = KafkaTopics(BrokerSettings()).found(topic.name for topic in wanted)
    states = [found[topic.name] for topic in wanted if topic.name in found]
    if output.print_json([
        {"name": each.name, "partitions": each.partitions, "replication": each.replication,
         "config": {key: each.config.get(key) for key in wanted[0].config}}
        for each in states
    ]):  # fmt: skip
        return 0
    for topic in wanted:
        if (there := found.get(topic.name)) is None:
            out.print(text("cli.topics.missing", topic=topic.name), markup=False, soft_wrap=True)
            continue
        config = ", ".join(f"{key}={there.config.get(key)}" for key in topic.config)
        shape = {"partitions": there.partitions, "replication": there.replication}
        out.print(text("cli.topics.shown", topic=topic.name, config=config, **shape), markup=False, soft_wrap=True)
    return int(len(states) < len(wanted))


def _declared() -> "list[TopicState]":
    """The topics of the deployment that the environment describes."""
    from services.standalone.settings import TopicSettings
    from services.standalone.topics.plan import declared

    return declared(TopicSettings(), BrokerSettings().topic_prefix)


def _as_json(step: "Step") -> dict[str, object]:
    return {"kind": step.kind, "topic": step.topic.name, "now": dict(step.now), "then": dict(step.then)}


def _sentence(step: "Step", *, dry_run: bool) -> str:
    said = f"would-{step.kind}" if dry_run and step.kind in _DONE else step.kind
    changes = ", ".join(f"{key}: {step.now[key]} → {value}" for key, value in step.then.items() if key in step.now)
    values = ", ".join(f"{key}={value}" for key, value in step.then.items())
    return text(f"cli.topics.{said}", topic=step.topic.name, changes=changes, values=values)
