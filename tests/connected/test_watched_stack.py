"""What is told of a stack on real servers: its connections, what Prometheus and the alerts see, no word of anybody.

One stack for all of them; its bodies of events are encrypted, its log is JSON, its traces are exported.
"""

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from lab.dashboards import DASHBOARDS
from services.standalone.local_issuer import Person
from shared.access import Role
from shared.client import VigieClient
from shared.contracts import topics
from shared.contracts.services import Service
from shared.contracts.topics import all_names
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.unit import WorkUnit
from shared.http_api.feedback import Verdict
from tests.deploy.test_chart_flows import OUT
from tests.e2e.conftest import ended, long_note
from tests.support.deployed_stack import GIVEN, REASON, connected_processes
from tests.support.event_keys import KEYS, SECRET
from tests.support.keycloak import keycloak_realm
from tests.support.people import RealmPeople
from tests.support.processes import Processes
from tests.support.prometheus import PROMTOOL, ROOT, asked, exemplars, prometheus, scraped
from tests.support.prometheus import REASON as NO_PROMETHEUS
from tests.support.tcp_peers import peers_of
from tests.support.topic_records import records_of
from tests.support.trace_collector import QUICK, Collector, Span

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.connected,
    pytest.mark.processes,
    pytest.mark.skipif(not GIVEN, reason=REASON),
]

KINDS = (
    "document", "filename", "title", "metadata", "question", "conversation", "name", "line", "workunit", "description",
    "feedback", "searched", "broken", "imported", "refused",
)  # fmt: skip
"""What people may have written, each with a word of its own."""
CANARIES = {kind: f"serin{kind}" for kind in KINDS}
UNIT = "UMR5219"
ALICE = Person(CANARIES["name"], units=(UNIT,), roles=(Role.PREVENTION_ASSISTANT,))


@dataclass
class Watched:
    """A stack, and where its traces arrive."""

    processes: Processes
    collector: Collector

    def port(self, name: str) -> int:
        return self.processes.ports[name]

    def logs(self) -> dict[str, str]:
        return {name: (self.processes.data / f"{name}.log").read_text(encoding="utf-8") for name in Service}

    async def metrics(self) -> dict[str, str]:
        async with httpx.AsyncClient(trust_env=False, follow_redirects=True) as http:
            return {name: (await http.get(f"http://127.0.0.1:{self.port(name)}/metrics")).text for name in Service}


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with Collector().running() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def watched(collector: Collector, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watched]:
    environment = QUICK | {
        "VIGIE_TELEMETRY_OTLP_ENDPOINT": collector.url,
        "VIGIE_TELEMETRY_LOG_FORMAT": "json",
        "VIGIE_TELEMETRY_LOG_LEVEL": "DEBUG",
        "VIGIE_EVENTS_KEY": SECRET,
        "VIGIE_EVENTS_ENCRYPT": "true",
        "VIGIE_KAFKA_WATCH_PERIOD_S": "1",
    }
    folder = tmp_path_factory.mktemp("watched")
    with keycloak_realm(accessTokenLifespan=3600) as realm:
        async with connected_processes(RealmPeople(realm), folder, **environment) as processes, processes.running():
            yield Watched(processes, collector)


async def written_by_alice(client: VigieClient, folder: Path) -> None:
    """Use each place in which people write, and each way in which it is refused."""
    words = CANARIES
    note = f"# {words['document']}\n\nPorter des gants dans l'atelier {words['document']}.\n".encode()
    sent = await client.submit(
        f"{words['filename']}.md",
        note,
        scope=f"unit:{UNIT}",
        title=words["title"],
        metadata={"lieu": words["metadata"]},
    )
    assert (await ended(client, sent)).state == "indexed"
    broken = await client.submit(f"{words['broken']}.pdf", f"%PDF-1.7 {words['broken']}".encode(), scope=f"unit:{UNIT}")
    assert (await ended(client, broken)).state == "failed"
    answer = await client.ask(f"Faut-il des gants dans l'atelier {words['document']}, {words['question']} ?")
    assert words["document"] in (answer.answer or "")
    conversation = uuid4()
    for number in range(2):  # the first question is the title of its conversation
        await client.ask(f"Que dire de {words['conversation']} {number} ?", conversation=str(conversation))
    await client.judge(answer.id, Verdict.DOWN, comment=f"Non, {words['feedback']}.")
    duerp = client.duerp(UNIT)
    place = await duerp.add(WorkUnit(name=words["workunit"]))
    await duerp.add(Line(work_unit=place.id, hazard=words["line"], situation=f"Bruit de la {words['line']}"))
    await duerp.draft(place.id, f"Nous portons des charges de 40 kg, dit {words['description']}.")
    file = folder / "duerp.csv"
    file.write_text(f"Unité de travail;Famille;Danger\nAtelier;Bruit;{words['imported']}\n", encoding="utf-8")
    await duerp.imports.until_read((await duerp.imports.begin(file)).id)
    for address in ("/v1/questions", "/v1/documents"):
        assert (await client.http.get(address, params={"search": words["searched"]})).status_code < 500
    assert (await client.http.get(f"/v1/{words['refused']}")).status_code == 404
    assert (await client.http.post("/v1/questions", json={"question": [words["refused"]]})).status_code == 422


def canaries_in(told: bytes | str) -> list[str]:
    lowered = (told if isinstance(told, str) else told.decode("utf-8", "replace")).lower()
    return [word for word in CANARIES.values() if word in lowered]


async def test_s16_no_log_metric_span_or_event_of_the_stack_holds_a_word_of_anybody(
    watched: Watched, tmp_path: Path
) -> None:
    stack = watched.processes
    async with stack.client(ALICE) as client:
        await written_by_alice(client, tmp_path)
    await asyncio.to_thread(watched.collector.until, lambda spans: [each for each in spans if each.failed])
    found: dict[str, list[str]] = {f"log of {name}": canaries_in(log) for name, log in watched.logs().items()}
    found |= {f"metrics of {name}": canaries_in(shown) for name, shown in (await watched.metrics()).items()}
    found["spans"] = canaries_in(b"".join(watched.collector.bodies))
    counts = dict.fromkeys(all_names(), 0)
    for name in all_names():
        for record in await records_of(stack.broker, stack.topic(name), unsealed=False):
            counts[name] += 1
            headers = b"".join(key.encode() + value for key, value in record.headers)
            found.setdefault(name, []).extend(canaries_in((record.key or b"") + headers + (record.value or b"")))
    assert {where: words for where, words in found.items() if words} == {}
    for topic in (
        topics.DOCUMENTS_SUBMITTED,
        topics.QUESTIONS_ASKED,
        topics.ANSWERS_COMPLETED,
        topics.DUERP_FILES_READ,
    ):
        assert counts[topic.name], "nothing was looked at"
    assert counts[topics.DOCUMENTS_SUBMITTED.dead_letters] == 1
    # What was looked for is there, where it may be: a search that finds nothing would show nothing.
    name = topics.QUESTIONS_ASKED.name
    asked_for = [each.value or b"" for each in await records_of(stack.broker, stack.topic(name), unsealed=False)]
    assert CANARIES["question"].encode() in b"".join(KEYS.unseal(value, context=name) for value in asked_for)


async def test_the_log_is_json_and_leads_to_the_trace_of_what_failed(watched: Watched) -> None:
    """After the canaries, one of whose documents became a dead letter."""
    lines = {name: [json.loads(line) for line in log.splitlines()] for name, log in watched.logs().items()}
    assert lines["gateway"]
    [told] = [line for line in lines["ingest"] if "dead-lettered" in line["message"] and line["level"] == "WARNING"]
    [failed] = {span.trace for span in watched.collector.spans if span.service == "vigie-ingest" and span.failed}
    assert told["trace_id"] == failed


def metrics_asked_for() -> set[str]:
    """Every metric of an alert or of a panel, but for those of the pages: tests/connected/test_prometheus.py."""
    alerts = (ROOT / "deploy/prometheus/alerts.yml").read_text(encoding="utf-8")
    services = {uid: rows for uid, (_, rows) in DASHBOARDS.items() if uid != "vigie-web"}
    queries = [panel.query for rows in services.values() for row in rows for panel in row]
    return set(re.findall(r"\bvigie_\w+", " ".join([alerts, *queries])))


async def test_every_metric_of_an_alert_or_panel_is_exported_by_the_services(watched: Watched) -> None:
    exported = "".join((await watched.metrics()).values())
    told = set(re.findall(r"^# HELP (\w+) ", exported, re.MULTILINE))
    suffixes = ("", "_bucket", "_count", "_sum")
    assert {name for name in metrics_asked_for() if not {name.removesuffix(end) for end in suffixes} & told} == set()


async def test_each_service_connects_to_what_its_network_policies_let_it_reach(watched: Watched) -> None:
    """After the canaries: whom a service has spoken with, it keeps a connection to."""
    reached = {
        _port_of(os.environ["VIGIE_TEST_KAFKA"]): "kafka",
        make_url(os.environ["VIGIE_TEST_POSTGRES"]).port or 5432: "database",
        _port_of(os.environ["VIGIE_TEST_KEYCLOAK"]): "identity",
        _port_of(watched.collector.url.removesuffix("/v1/traces")): "telemetry",
    }
    seen = {}
    for name, pid in watched.processes.pids.items():
        peers = {port: reached.get(port) for port in peers_of(pid)}
        assert None not in peers.values(), f"{name} speaks to {peers}"
        seen[name] = set(peers.values())
    assert {name for name, peers in seen.items() if "kafka" in peers} == set(Service)
    assert "database" in seen["gateway"]
    for name, reaches in seen.items():
        assert reaches <= OUT[name], name


@pytest.mark.skipif(not PROMTOOL, reason=NO_PROMETHEUS)
async def test_a_latency_leads_to_the_trace_in_which_it_was_measured(watched: Watched, tmp_path: Path) -> None:
    targets = [f"127.0.0.1:{watched.port(name)}" for name in Service]
    async with prometheus(tmp_path, *targets) as client, watched.processes.client(ALICE) as vigie:
        await vigie.ask(f"Que dire de {CANARIES['conversation']} ?")
        await scraped(client, f'count(up{{job="vigie"}} == 1) == {len(targets)}')
        for metric in ("vigie_question_seconds", "vigie_received_processed_messages_duration_seconds"):
            while not (found := await exemplars(client, f"{metric}_bucket")):
                await asyncio.sleep(0.2)
            traces = {each["labels"]["trace_id"] for each in found}
            await asyncio.to_thread(watched.collector.until, partial(of_traces, traces))


def of_traces(traces: set[str], spans: Iterable[Span]) -> list[Span]:
    return [span for span in spans if span.trace in traces]


@pytest.mark.skipif(not PROMTOOL, reason=NO_PROMETHEUS)
async def test_a_fault_makes_its_alert_pending_or_firing_and_no_other(watched: Watched, tmp_path: Path) -> None:
    """Faults 10, poison, and 19, a database that hangs: the tables are locked while a document is under way."""
    targets = [f"127.0.0.1:{watched.port(name)}" for name in Service]
    async with prometheus(tmp_path, *targets) as client, watched.processes.client(ALICE) as vigie:
        await scraped(client, f'count(up{{job="vigie"}} == 1) == {len(targets)}')
        sent = await vigie.submit("poison.pdf", b"%PDF-1.7 nothing more", scope=f"unit:{UNIT}")
        assert (await ended(vigie, sent)).state == "failed"
        await scraped(client, 'ALERTS{alertname="VigieDeadLetters", alertstate="firing"}')
        under_way = await vigie.submit("long.md", long_note(3, 40).encode(), scope=f"unit:{UNIT}")
        async with tables_locked(watched.processes):
            await scraped(client, 'ALERTS{alertname="VigieConsumerBehind", alertstate="pending"}')
            await scraped(client, 'time() - min by (stage) (vigie_outbox_oldest_seconds{stage="under-way"}) > 0')
            told = {alert["metric"]["alertname"] for alert in await asked(client, "ALERTS")}
        assert told == {"VigieDeadLetters", "VigieConsumerBehind"}
        assert (await ended(vigie, under_way)).state == "indexed"
        await scraped(client, 'absent(ALERTS{alertname="VigieConsumerBehind"})')


@asynccontextmanager
async def tables_locked(stack: Processes) -> AsyncIterator[None]:
    """Nobody else reads or writes the documents meanwhile."""
    engine = create_async_engine(stack.environment["VIGIE_GATEWAY_DATABASE_URL"], poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(text("LOCK TABLE documents, document_versions IN ACCESS EXCLUSIVE MODE"))
        yield
    await engine.dispose()


def _port_of(address: str) -> int:
    return int(address.rpartition(":")[2])
