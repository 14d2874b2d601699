"""`vigie topics`: declare the topics of a deployment on its Kafka cluster, and show them."""

import json
from typing import Annotated

import typer

from services.cli.context import JsonOption, out, run
from services.cli.texts import text
from services.standalone.settings import TopicSettings
from services.standalone.topics.kafka_admin import KafkaTopics
from services.standalone.topics.plan import Step, declared, plan
from shared.settings import BrokerSettings

_DONE = {"create", "configure", "grow"}

commands = typer.Typer(help=text("cli.help.topics"), no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(commands, name="topics")


@commands.command("apply", help=text("cli.help.topics-apply"))
def apply(
    dry_run: Annotated[bool, typer.Option("--dry-run", help=text("cli.help.topics-dry-run"))] = False,
    grow: Annotated[bool, typer.Option("--grow-partitions", help=text("cli.help.grow-partitions"))] = False,
    as_json: JsonOption = False,
) -> None:
    async def work() -> int:
        kafka, settings = BrokerSettings(), TopicSettings()
        topics, wanted = KafkaTopics(kafka), declared(settings, kafka.topic_prefix)
        steps = plan(wanted, topics.found(topic.name for topic in wanted), grow=grow)
        if not dry_run:
            topics.apply(steps)
        if as_json:
            typer.echo(json.dumps([_as_json(step) for step in steps]))
            return 0
        for step in steps:
            out.print(_sentence(step, dry_run=dry_run), markup=False, soft_wrap=True)
        done = sum(step.kind in _DONE for step in steps)
        out.print(text("cli.topics.would" if dry_run else "cli.topics.done", count=done, topics=len(wanted)))
        return 0

    run(work())


@commands.command("show", help=text("cli.help.topics-show"))
def show(as_json: JsonOption = False) -> None:
    async def work() -> int:
        kafka = BrokerSettings()
        wanted = declared(TopicSettings(), kafka.topic_prefix)
        found = KafkaTopics(kafka).found(topic.name for topic in wanted)
        if as_json:
            states = [found[topic.name] for topic in wanted if topic.name in found]
            typer.echo(json.dumps([
                {"name": each.name, "partitions": each.partitions, "replication": each.replication,
                 "config": {key: each.config.get(key) for key in wanted[0].config}}
                for each in states
            ]))  # fmt: skip
            return 0
        for topic in wanted:
            if (there := found.get(topic.name)) is None:
                out.print(text("cli.topics.missing", topic=topic.name), markup=False, soft_wrap=True)
                continue
            config = ", ".join(f"{key}={there.config.get(key)}" for key in topic.config)
            shape = {"partitions": there.partitions, "replication": there.replication}
            out.print(text("cli.topics.shown", topic=topic.name, config=config, **shape), markup=False, soft_wrap=True)
        return int(any(topic.name not in found for topic in wanted))

    run(work())


def _as_json(step: Step) -> dict[str, object]:
    return {"kind": step.kind, "topic": step.topic.name, "now": dict(step.now), "then": dict(step.then)}


def _sentence(step: Step, *, dry_run: bool) -> str:
    said = f"would-{step.kind}" if dry_run and step.kind in _DONE else step.kind
    changes = ", ".join(f"{key}: {step.now[key]} → {value}" for key, value in step.then.items() if key in step.now)
    values = ", ".join(f"{key}={value}" for key, value in step.then.items())
    return text(f"cli.topics.{said}", topic=step.topic.name, changes=changes, values=values)
