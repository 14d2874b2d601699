"""A PostgreSQL of a test's own, which it may stop: the machine's server is never touched."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from tests.support.tcp_ports import claimed_ports

PROGRAMS = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
REASON = "PostgreSQL was not tested: its programs are not in /usr/lib/postgresql"
PATIENCE_S = 60


class OwnPostgres:
    """A cluster in a folder of its own, run by the account `postgres` where the tests run as root."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="vigie-pg-"))
        self.port = claimed_ports()
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            os.chown(self._folder, pwd.getpwnam(self._user).pw_uid, -1)
        self._run(
            "initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync", "-D", str(self._folder / "data")
        )

    def certify(self, certificate: Path, key: Path) -> None:
        """Let it encrypt, from its next start on."""
        for source, name in ((certificate, "server.crt"), (key, "server.key")):
            placed = self._folder / "data" / name
            shutil.copyfile(source, placed)
            placed.chmod(0o600)
            if self._user:
                shutil.chown(placed, self._user)
        with (self._folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write("ssl = on\n")

    def start(self) -> None:
        options = f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=40"
        self._run(
            "pg_ctl", "start", "-w", "-D", str(self._folder / "data"), "-l", str(self._folder / "log"), "-o", options
        )

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "stop", "-w", "-m", mode, "-D", str(self._folder / "data"))

    def freeze(self, *, frozen: bool) -> None:
        """As a host that hangs: connections stay open and nothing answers."""
        leader = int((self._folder / "data" / "postmaster.pid").read_text().split()[0])
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(leader)], capture_output=True, text=True, check=True
        ).stdout.split()
        for pid in (leader, *map(int, children)):
            os.kill(pid, signal.SIGSTOP if frozen else signal.SIGCONT)

    def remove(self) -> None:
        if (self._folder / "data" / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self._folder)

    async def database(self) -> str:
        """The URL of a new, empty database."""
        name = f"vigie_{uuid4().hex}"
        await self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def url(self, name: str = "postgres", user: str = "postgres") -> str:
        return f"postgresql+asyncpg://{user}@127.0.0.1:{self.port}/{name}"

    async def execute(self, *statements: str, url: str | None = None) -> None:
        server = create_async_engine(url or self.url(), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        async with server.connect() as connection:
            for statement in statements:
                await connection.execute(text(statement))
        await server.dispose()

    async def scalar(self, statement: str, url: str) -> object:
        server = create_async_engine(url, poolclass=NullPool)
        async with server.connect() as connection:
            found = (await connection.execute(text(statement))).scalar()
        await server.dispose()
        return found

    def _run(self, program: str, *arguments: str) -> None:
        assert PROGRAMS is not None
        done = subprocess.run(
            [str(PROGRAMS / program), *arguments],
            user=self._user,
            group=self._user and pwd.getpwnam(self._user).pw_gid,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT if program != "pg_ctl" else subprocess.DEVNULL,
            timeout=PATIENCE_S,
            check=False,
        )
        assert done.returncode == 0, (program, done.stdout)


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """A running server, removed with all that it holds."""
    server = OwnPostgres()
    try:
        server.start()
        yield server
    finally:
        server.remove()
