"""A stack on real servers, with its pages, of which everything that it tells is kept and looked at."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from sqlalchemy.engine import make_url

from shared.contracts.services import Service
from tests.support.deployed_stack import connected_processes
from tests.support.event_keys import SECRET
from tests.support.keycloak import keycloak_realm
from tests.support.model_server import answer, spoken
from tests.support.object_stores import bucket
from tests.support.people import RealmPeople
from tests.support.processes import PAGES, Processes
from tests.support.prometheus import PROMTOOL, prometheus
from tests.support.scripted_server import ScriptedServer
from tests.support.tcp_peers import Peers
from tests.support.trace_collector import QUICK, Collector
from tests.support.weak_link import WeakLink

PROCESSES = (*Service, PAGES)
_WRITTEN = answer(("Porter des gants.", [1]))
_BACKENDS = """
[backends.local]
kind = "openai"
address = "{address}"
model = "tiny"
classes = ["public", "internal", "confidential"]
"""


@dataclass
class Watched:
    """A stack with its pages, and what is known of it.

    Attributes:
        collector: where its traces arrive.
        servers: the ports of the servers, by what the chart's network policies call them.
        peers: the ports that each process was seen to connect to.
        prometheus: a client of the one that scrapes all processes; None without one.
    """

    processes: Processes
    collector: Collector
    servers: dict[str, int]
    peers: Peers
    prometheus: httpx.AsyncClient | None

    def port(self, name: str) -> int:
        return self.processes.ports[name]

    def logs(self) -> dict[str, str]:
        return {name: (self.processes.data / f"{name}.log").read_text(encoding="utf-8") for name in PROCESSES}

    async def metrics(self) -> dict[str, str]:
        async with httpx.AsyncClient(trust_env=False, timeout=60, follow_redirects=True) as http:
            return {name: (await http.get(f"http://127.0.0.1:{self.port(name)}/metrics")).text for name in PROCESSES}


@asynccontextmanager
async def watched_stack(folder: Path) -> AsyncIterator[Watched]:
    """Events are encrypted, logs are JSON of all levels, objects lie in a bucket, a model on a socket writes."""
    async with AsyncExitStack() as parts:
        peers = parts.enter_context(Peers().watched())
        model = await parts.enter_async_context(ScriptedServer([peers.look, *spoken(_WRITTEN)]).running())
        collector = parts.enter_context(Collector().running())
        objects = parts.enter_context(bucket())  # it closes each connection
        behind = WeakLink(objects.environment["VIGIE_OBJECTS_S3_ENDPOINT"], before=peers.look)
        door = (await parts.enter_async_context(behind.running())).address
        realm = parts.enter_context(keycloak_realm(accessTokenLifespan=3600))
        (folder / "backends.toml").write_text(_BACKENDS.format(address=model.address), encoding="utf-8")
        environment = _told(collector) | objects.environment | {"VIGIE_OBJECTS_S3_ENDPOINT": door}
        environment["VIGIE_BACKENDS_FILE"] = str(folder / "backends.toml")
        made = connected_processes(RealmPeople(realm), folder, **environment)
        processes = await parts.enter_async_context(made)
        realm.move_pages(processes.pages)
        # The pages before their gateway, so that their log has something to say: they wait for it.
        await parts.enter_async_context(processes.running(PAGES, *reversed(Service)))
        servers = {
            "kafka": os.environ["VIGIE_TEST_KAFKA"],
            "identity": os.environ["VIGIE_TEST_KEYCLOAK"],
            "telemetry": collector.url,
            "objects": door,
            "models": model.address,
        }
        ports = {name: _port_of(address) for name, address in servers.items()}
        ports["database"] = make_url(os.environ["VIGIE_TEST_POSTGRES"]).port or 5432
        peers.pids = processes.pids
        scraping = None
        if PROMTOOL:
            targets = [f"127.0.0.1:{processes.ports[name]}" for name in PROCESSES]
            scraping = await parts.enter_async_context(prometheus(folder, *targets))
        yield Watched(processes, collector, ports, peers, scraping)


def _told(collector: Collector) -> dict[str, str]:
    return QUICK | {
        "VIGIE_TELEMETRY_OTLP_ENDPOINT": collector.url,
        "VIGIE_TELEMETRY_LOG_FORMAT": "json",
        "VIGIE_TELEMETRY_LOG_LEVEL": "DEBUG",
        "VIGIE_WEB_LOG_FORMAT": "json",
        "VIGIE_WEB_LOG_LEVEL": "DEBUG",
        "VIGIE_EVENTS_KEY": SECRET,
        "VIGIE_KAFKA_WATCH_PERIOD_S": "1",
    }


def _port_of(address: str) -> int:
    return urlsplit(address if "//" in address else f"//{address}").port or 0
