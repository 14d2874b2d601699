"""What is told of a stack on real servers: its connections, what Prometheus and the alerts see, no word of anybody.

One stack for all of them, in this order: tests/support/watched_stack.py.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from lab.dashboards import DASHBOARDS
from shared.contracts import topics
from shared.contracts.dead_letters import DeadLetter
from shared.contracts.services import Service
from shared.contracts.topics import all_names
from tests.e2e.conftest import ended, long_note
from tests.support.canaries import (
    ALICE,
    PAGE_WORDS,
    PLANTED,
    UNIT,
    WORDS,
    Browser,
    canaries_in,
    type_into_pages,
    write_through_api,
)
from tests.support.deployed_stack import GIVEN, REASON
from tests.support.event_keys import KEYS
from tests.support.helm import HELM, render
from tests.support.helm import REASON as NO_HELM
from tests.support.network_policies import allowed_ports
from tests.support.processes import PAGES, Processes
from tests.support.prometheus import PROMTOOL, ROOT, asked, exemplars, scraped
from tests.support.prometheus import REASON as NO_PROMETHEUS
from tests.support.topic_records import publish_raw, records_of
from tests.support.trace_collector import Span
from tests.support.watched_stack import PROCESSES, Watched, watched_stack

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.connected,
    pytest.mark.processes,
    pytest.mark.skipif(not GIVEN, reason=REASON),
]
with_prometheus = pytest.mark.skipif(not PROMTOOL, reason=NO_PROMETHEUS)

CARRIED = {
    topics.DOCUMENTS_SUBMITTED: {"title", "filename", "broken"},
    topics.CLAUSES_SUBMITTED: {"description"},
    topics.QUESTIONS_ASKED: {"document", "question", "conversation"},
    topics.QUESTIONS_EMBEDDED: {"document", "question", "conversation"},
    topics.GENERATION_REQUESTED: {"document", "question", "conversation"},
    topics.ANSWERS_STREAMED: {"document", "title"},
    topics.ANSWERS_COMPLETED: {"document", "title", "conversation"},
}
"""Kinds of words that bodies carry, by topic, for their readers alone (docs/security.md, S14); others carry none."""

UNPROVOKED = {
    "vigie_consumer_restarts_total", "vigie_model_tokens_total", "vigie_outbox_oldest_seconds", "vigie_waits",
}  # fmt: skip
"""Metrics of troubles that no test of this stack makes, and tokens, which the model of this stack does not tell."""
SILENT = {
    "Failures, by their reason", "Failed", "Waited for, or done without", "Defects, by route", "Consumers replaced",
    "Oldest event of the outbox, by stage", "Records refused (somebody else writes, or a key differs)",
    "Records without a MAC that were accepted", "Free on the disk of objects", "Defects and outages, by route",
    "Tokens, where the server tells them",
}  # fmt: skip
"""Panels of troubles that no test of this stack makes before they are looked at; objects lie in a bucket."""
OF_INGEST = {"Dead letters", "Errors of handlers"}
"""Panels of what ingest alone met, whose documents failed: it and the chain show them."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def watched(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watched]:
    async with watched_stack(tmp_path_factory.mktemp("watched")) as running:
        yield running


@pytest.fixture
def prometheus(watched: Watched) -> httpx.AsyncClient:
    assert watched.prometheus is not None
    return watched.prometheus


async def test_s16_no_log_metric_or_span_of_the_stack_holds_a_word_of_anybody(watched: Watched, tmp_path: Path) -> None:
    stack = watched.processes
    async with (
        stack.client(ALICE) as client,
        httpx.AsyncClient(base_url=stack.pages, timeout=60, trust_env=False) as http,
    ):
        browser = Browser(stack, http)
        await browser.sign_in(ALICE)
        await write_through_api(client, tmp_path)
        await type_into_pages(browser, client)
    await asyncio.to_thread(watched.collector.until, lambda spans: [each for each in spans if each.failed])
    found = {f"log of {name}": canaries_in(log) for name, log in watched.logs().items()}
    found |= {f"metrics of {name}": canaries_in(shown) for name, shown in (await watched.metrics()).items()}
    found["spans"] = canaries_in(b"".join(watched.collector.bodies))
    assert {where: words for where, words in found.items() if words} == {}


async def test_s14_s16_events_carry_what_is_listed_encrypted_and_dead_letters_carry_nothing(watched: Watched) -> None:
    """After the canaries. A letter with a word is planted: a search that does not find it would show nothing."""
    stack, planted = watched.processes, topics.INDEXES_RETIRED.dead_letters
    await publish_raw(stack.broker, stack.topic(planted), KEYS.seal(letter_with(PLANTED), context=planted))
    travelling: dict[str, set[str]] = {}
    said: dict[str, set[str]] = {}
    kinds = {word: kind for words in (WORDS, PAGE_WORDS) for kind, word in words.items()} | {PLANTED: PLANTED}
    counts = dict.fromkeys(all_names(), 0)
    for name in all_names():
        for record in await records_of(stack.broker, stack.topic(name), unsealed=False):
            counts[name] += 1
            body = record.value or b""
            assert not body.startswith(b"{"), f"{name} is in clear text"
            headers = b"".join(key.encode() + value for key, value in record.headers)
            travelling.setdefault(name, set()).update(canaries_in((record.key or b"") + headers + body))
            found = canaries_in(KEYS.unseal(body, context=name))
            said.setdefault(name, set()).update(kinds[word] for word in found)
    assert {name: words for name, words in travelling.items() if words} == {}
    listed = {topic.name: carried for topic, carried in CARRIED.items()} | {planted: {PLANTED}}
    differing = {name: sorted(found) for name, found in said.items() if found != listed.get(name, set())}
    assert differing == {}
    assert counts[topics.DOCUMENTS_SUBMITTED.dead_letters] == 2
    assert counts[topics.DUERP_FILES_READ.name] == 2


def letter_with(word: str) -> bytes:
    """A dead letter as no service writes one: it quotes."""
    letter = DeadLetter(
        service="test", topic="test", partition=0, offset=0, code="internal", error_class=word, size=0, sha256=""
    )
    return letter.model_dump_json().encode()


async def test_the_log_is_json_and_leads_to_the_trace_of_what_failed(watched: Watched) -> None:
    """After the canaries, two of whose documents became dead letters."""
    lines = {name: [json.loads(line) for line in log.splitlines()] for name, log in watched.logs().items()}
    assert lines["gateway"]
    assert lines[PAGES]
    dead = [line for line in lines["ingest"] if "dead-lettered" in line["message"] and line["level"] == "WARNING"]
    failed = {span.trace for span in watched.collector.spans if span.service == "vigie-ingest" and span.failed}
    assert {line["trace_id"] for line in dead} == failed
    assert len(failed) == 2


@pytest.mark.skipif(not HELM, reason=NO_HELM)
async def test_each_service_connects_to_what_its_network_policies_let_it_reach_and_needs_all_of_it(
    watched: Watched,
) -> None:
    """After the canaries: the chart's policies, told these servers' ports, and the ports that were connected to."""
    async with watched.processes.client(ALICE) as client:
        assert (await client.ask("Quels gants porter ?", backend="local")).model == "tiny"
    await sign_in_until_seen(watched)
    ports = [f"networkPolicy.{name}.ports={{{port}}}" for name, port in watched.servers.items()]
    index = ["index.kind=edge", "retriever.keda.enabled=false"]  # it lies in the process here
    allowed = allowed_ports(render("production", *index, *ports), without={"dns"})  # addresses are numbers here
    own = {8080: watched.port(Service.GATEWAY)}  # what the chart's gateway listens on
    flows = {name: {own.get(port, port) for port in allowed[name]} for name in PROCESSES}
    assert watched.peers.seen == flows, watched.servers


async def sign_in_until_seen(watched: Watched) -> None:
    """Sign in to the pages under close watch: their connections to Keycloak are short."""
    stack, identity = watched.processes, watched.servers["identity"]
    async with asyncio.timeout(120):
        while identity not in watched.peers.seen[PAGES]:
            async with httpx.AsyncClient(base_url=stack.pages, timeout=60, trust_env=False) as http:
                signing_in = asyncio.create_task(Browser(stack, http).sign_in(ALICE))
                while not signing_in.done():
                    await watched.peers.look()
                await signing_in


def metrics_asked_for() -> set[str]:
    """Every metric of an alert or of a panel."""
    alerts = (ROOT / "deploy/prometheus/alerts.yml").read_text(encoding="utf-8")
    queries = [panel.query for _, rows in DASHBOARDS.values() for row in rows for panel in row]
    return set(re.findall(r"\bvigie_\w+", " ".join([alerts, *queries])))


async def test_every_metric_of_an_alert_or_panel_has_a_sample_once_there_was_work_and_trouble(watched: Watched) -> None:
    """After the canaries and a model's answer; what counts a trouble that nobody made is named."""
    exported = "".join((await watched.metrics()).values())
    told = set(re.findall(r"^(vigie_\w+)(?:\{.*\})? [^ ]+$", exported, re.MULTILINE))
    assert metrics_asked_for() - told <= UNPROVOKED


def is_excused(dashboard: str, title: str) -> bool:
    return title in SILENT or (title in OF_INGEST and dashboard not in {"vigie-chain", f"vigie-{Service.INGEST}"})


@with_prometheus
async def test_every_panel_shows_what_a_running_stack_counts(prometheus: httpx.AsyncClient) -> None:
    """After the canaries and a model's answer."""
    await scraped(prometheus, "min(count_over_time(vigie_model_answers_total[10m])) > 1")  # the last that was made
    panels = [(uid, panel) for uid, (_, rows) in DASHBOARDS.items() for row in rows for panel in row]
    silent = [(uid, panel.title) for uid, panel in panels if not await asked(prometheus, panel.query)]
    assert [each for each in silent if not is_excused(*each)] == []
    rules = (await prometheus.get("/api/v1/rules")).json()["data"]["groups"]
    assert [rule["name"] for group in rules for rule in group["rules"] if rule["health"] == "err"] == []


@with_prometheus
async def test_a_latency_leads_to_the_trace_in_which_it_was_measured(
    watched: Watched, prometheus: httpx.AsyncClient
) -> None:
    for metric in ("vigie_question_seconds", "vigie_received_processed_messages_duration_seconds"):
        while not (found := await exemplars(prometheus, f"{metric}_bucket")):
            await asyncio.sleep(0.2)
        traces = {each["labels"]["trace_id"] for each in found}
        await asyncio.to_thread(watched.collector.until, partial(of_traces, traces))


def of_traces(traces: set[str], spans: Iterable[Span]) -> list[Span]:
    return [span for span in spans if span.trace in traces]


@with_prometheus
async def test_a_fault_makes_its_alert_pending_or_firing_and_no_other(
    watched: Watched, prometheus: httpx.AsyncClient
) -> None:
    """Faults 10, poison, and 19, a database that hangs: the tables are locked while a document is under way."""
    async with watched.processes.client(ALICE) as vigie:
        sent = await vigie.submit("poison.pdf", b"%PDF-1.7 nothing more", scope=f"unit:{UNIT}")
        assert (await ended(vigie, sent)).state == "failed"
        await scraped(prometheus, 'ALERTS{alertname="VigieDeadLetters", alertstate="firing"}')
        under_way = await vigie.submit("long.md", long_note(3, 40).encode(), scope=f"unit:{UNIT}")
        async with tables_locked(watched.processes):
            await scraped(prometheus, 'ALERTS{alertname="VigieConsumerBehind", alertstate="pending"}')
            await scraped(prometheus, 'time() - min by (stage) (vigie_outbox_oldest_seconds{stage="under-way"}) > 0')
            told = {alert["metric"]["alertname"] for alert in await asked(prometheus, "ALERTS")}
        assert told == {"VigieDeadLetters", "VigieConsumerBehind"}
        assert (await ended(vigie, under_way)).state == "indexed"
        await scraped(prometheus, 'absent(ALERTS{alertname="VigieConsumerBehind"})')


@asynccontextmanager
async def tables_locked(stack: Processes) -> AsyncIterator[None]:
    """Nobody else reads or writes the documents meanwhile."""
    engine = create_async_engine(stack.environment["VIGIE_GATEWAY_DATABASE_URL"], poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(text("LOCK TABLE documents, document_versions IN ACCESS EXCLUSIVE MODE"))
        yield
    await engine.dispose()
