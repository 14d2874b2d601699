"""The five services as processes of their own, as a deployment runs them."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Self

import httpx

from services.standalone.local_issuer import LocalIssuer
from shared.contracts.services import Service
from tests.support.stack import People, Running
from tests.support.tcp_ports import claimed_ports
from tests.support.warm_start import ChildProcess, started

START_TIMEOUT_S = 120
PAGES = "web"
"""The process of the pages, which stands beside the five: `running` starts it where it is named."""


class Processes(Running):
    """Each started with `python -m services.<name>`; a log for each in the folder.

    Args:
        people: who issues the tokens that the gateway believes by `environment`; the local issuer unless given.
        environment: beside what makes a quick stack without a model.
    """

    def __init__(
        self, folder: Path, bootstrap_servers: str, *, people: People | None = None, **environment: str
    ) -> None:
        issuer = LocalIssuer(folder / "keys")
        issuer.prepare()
        self.ports: dict[str, int] = dict(zip((*Service, PAGES), count(claimed_ports()), strict=False))
        super().__init__(
            f"http://127.0.0.1:{self.ports[Service.GATEWAY]}",
            bootstrap_servers,
            folder,
            people or issuer,
            environment.get("VIGIE_KAFKA_TOPIC_PREFIX", ""),
        )
        self._running: dict[str, ChildProcess] = {}
        self.environment = {
            **os.environ,
            "VIGIE_KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers,
            "VIGIE_KAFKA_QUESTION_FETCH_WAIT_MS": "10",
            "VIGIE_KAFKA_DOCUMENT_FETCH_WAIT_MS": "50",
            "VIGIE_KAFKA_SESSION_TIMEOUT_MS": "6000",
            "VIGIE_OBJECTS_FOLDER": str(folder / "objects"),
            "VIGIE_GRANT_PUBLIC_KEY_FILE": str(issuer.grant_public_key_file),
            "VIGIE_EMBEDDER_BACKEND": "hashing",
            "VIGIE_GENERATOR_ABSTAIN_BELOW": "0",
            "VIGIE_RETRIEVER_FOLDER": str(folder / "index"),
            "VIGIE_GATEWAY_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/vigie.db",
            "VIGIE_GATEWAY_JWKS_FILE": str(issuer.jwks_file),
            "VIGIE_GATEWAY_GRANT_PRIVATE_KEY_FILE": str(issuer.grant_private_key_file),
            "VIGIE_GATEWAY_PORT": str(self.ports[Service.GATEWAY]),
            "VIGIE_WEB_PORT": str(self.ports[PAGES]),
            "VIGIE_WEB_PUBLIC_URL": self.pages,
            "VIGIE_WEB_GATEWAY_URL": self.url,
            "VIGIE_WEB_SECURE_COOKIES": "false",
            "VIGIE_WEB_SESSION_URL": f"sqlite+aiosqlite:///{folder}/web.db",
            **environment,
        }

    @property
    def pages(self) -> str:
        return f"http://127.0.0.1:{self.ports[PAGES]}"

    @property
    def pids(self) -> dict[str, int]:
        """The process of each service that was started."""
        return {name: process.pid for name, process in self._running.items()}

    @asynccontextmanager
    async def running(self, *names: str) -> AsyncIterator[Self]:
        """These services, all without names; at the end of the block none, whatever was started in it."""
        wanted = names or tuple(reversed(Service))  # the gateway is the slowest to start, so it is waited for last
        self.start(*wanted)
        try:
            await self.ready(*wanted)
            yield self
        finally:
            self.stop()

    def start(self, *names: str, **environment: str) -> None:
        for name in names:
            with (self.data / f"{name}.log").open("ab") as log:
                self._running[name] = started(
                    ["-m", f"services.{name}"],
                    env=self.environment | {"VIGIE_HTTP_PORT": str(self.ports[name])} | environment,
                    output=log,
                )

    async def ready(self, *names: str) -> None:
        async with httpx.AsyncClient(trust_env=False) as http:
            for name in names:
                await asyncio.wait_for(self._ready(http, name), START_TIMEOUT_S)

    async def _ready(self, http: httpx.AsyncClient, name: str) -> None:
        while True:
            process = self._running[name]
            if process.poll() is not None:
                raise AssertionError(f"{name} ended: {(self.data / f'{name}.log').read_text()[-3000:]}")
            try:
                if (await http.get(f"http://127.0.0.1:{self.ports[name]}/readyz")).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)

    def kill(self, name: str) -> None:
        process = self._running.pop(name)
        process.kill()
        process.wait()

    async def terminate(self, name: str, timeout_s: float) -> int:
        """SIGTERM to one; its exit code."""
        process = self._running.pop(name)
        process.terminate()
        return await asyncio.to_thread(process.wait, timeout_s)

    def ended(self, name: str, timeout_s: float) -> int:
        """The exit code of one that ends by itself."""
        return self._running.pop(name).wait(timeout_s)

    def stop(self) -> None:
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()
