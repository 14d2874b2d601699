"""Do services, command and client start from the wheel, with nothing but their own extra, in the images' versions?

python tests/wheel_check.py        # `make wheel-check`; a line a service, ends with 1 at the first that does not start
"""

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from services.cli.device_flow import Endpoints, Tokens
from services.cli.token_store import SignIn, TokenStore
from services.standalone.embedded_broker import EmbeddedBroker
from services.standalone.local_issuer import LocalIssuer
from shared.contracts.services import Service

ROOT = Path(__file__).parent.parent
INSTALL_TIMEOUT_S = 600
START_TIMEOUT_S = 120
STOP_TIMEOUT_S = 30
CLIENT_TIMEOUT_S = 180
AT_ONCE = 2
OF_THE_IMAGE = "gateway,keycloak,s3"
"""Extras of the gateway's image (.ci/images), of which compose's has the first two."""
UV = (sys.executable, "-m", "uv", "--quiet", "--no-config")
"""An installer that links packages from its cache: pip unpacked and compiled the same ones eight times over."""
CLIENT = """
import asyncio, importlib.util, sys
from typing import assert_type
from vigie import AnswerView, Sentence, VigieClient

async def main() -> None:
    async with VigieClient(sys.argv[1], "no token is needed for this") as client:
        assert await client.is_ready()
    assert not any(map(importlib.util.find_spec, ("aiokafka", "faststream", "fastapi", "jwt", "pydantic_settings")))

async def ask(client: VigieClient) -> str | None:  # for a type checker
    async for each in client.stream("?"):
        assert_type(each, Sentence | AnswerView)
    return assert_type(await client.ask("?"), AnswerView).answer

asyncio.run(main())
"""
NO_SERVICE = (
    "aiokafka", "confluent_kafka", "faststream", "fastapi", "sqlmodel", "uvloop", "numpy", "onnxruntime", "openvino",
)  # fmt: skip
ABSENT = "http://127.0.0.1:1"
UNREACHABLE = {
    "en": "Vigie does not answer (ConnectError).",
    "fr": "Vigie ne répond pas (ConnectError).",
    "de": "Vigie antwortet nicht (ConnectError).",
}
STOPPED = {0, -signal.SIGTERM}
"""uvicorn hands the signal on once it has closed everything."""

_without_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class CheckFailed(Exception):
    """A service cannot be installed, started or stopped."""


def build_wheel(folder: Path) -> Path:
    """By what is locked for it alone, as the images' wheel is built."""
    run(*UV, "venv", "--python", sys.executable, folder / "venv-build")
    python = folder / "venv-build/bin/python"
    run(*UV, "pip", "install", "--python", python, "--no-deps", "--require-hashes", "-r", ROOT / "locks/build.txt")
    run(*UV, "build", "--wheel", "--no-build-isolation", "--python", python, "--out-dir", folder, ROOT)
    (wheel,) = folder.glob("vigie-*.whl")
    return wheel


def constraints(folder: Path) -> Path:
    """The versions of the images without their hashes: the wheel that was just built has none."""
    lines = (ROOT / "locks/images.txt").read_text(encoding="utf-8").splitlines()
    path = folder / "constraints.txt"
    path.write_text("\n".join(line.rstrip(" \\") for line in lines if line[:1].isalnum()) + "\n", encoding="utf-8")
    return path


def run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S, check=False)
    if done.returncode:
        raise CheckFailed(done.stderr[-3000:])


class WheelCheck:
    """Checks services of one wheel against one broker, each below a folder of its own."""

    def __init__(self, folder: Path, wheel: Path, bootstrap_servers: str) -> None:
        self._folder = folder
        self._wheel = wheel
        self._bootstrap_servers = bootstrap_servers
        self._constraints = constraints(folder)
        self._issuer = LocalIssuer(folder / "keys")
        self._issuer.prepare()

    def check(self, service: str, extras: str = "") -> str:
        """Install, start, wait until it is ready, stop.

        Args:
            extras: to install, separated by commas; none: the service's own.

        Returns:
            What to print.

        Raises:
            CheckFailed: with the reason, and the end of the service's log.
        """
        started = time.monotonic()
        extras = extras or service
        python = self._install(extras)
        installed = time.monotonic()
        port = _free_port()
        log = self._folder / f"{extras}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                [python, "-I", "-m", f"services.{service}"],
                cwd=self._folder,
                env=self._environment(port),
                stdout=file,
                stderr=file,
            )
        try:
            _wait_until_ready(process, port)
            ready = time.monotonic()
            if extras == Service.GATEWAY:
                self._check_client(port)
            _stop(process)
            _expect_no_traceback(log)
        except (CheckFailed, subprocess.TimeoutExpired) as error:
            raise CheckFailed(f"{extras}: {error}\n{log.read_text(errors='replace')[-3000:]}") from error
        finally:
            process.kill()
            process.wait()
        return f"{extras:20} installed in {installed - started:.0f} s, ready in {ready - installed:.1f} s, stopped"

    def _check_client(self, port: int) -> None:
        """The client, with httpx and pydantic alone, talks to a gateway that is up; a type checker knows its types."""
        python = self._install("client")
        done = self._run([python, "-I", "-c", CLIENT, f"http://127.0.0.1:{port}"])
        if done.returncode:
            raise CheckFailed(f"client: {done.stderr}")
        if importlib.util.find_spec("mypy") is not None:
            program = self._folder / "program.py"
            program.write_text(CLIENT, encoding="utf-8")
            mypy: list[str | Path] = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", self._folder / "mypy"]
            checked = self._run([*mypy, "--python-executable", python, program])
            if checked.returncode:
                raise CheckFailed(f"client: {checked.stdout}{checked.stderr}")

    def check_command(self) -> str:
        """The command with the extra `cli` alone: its help, a gateway that is down, a stack that is not installed.

        Returns:
            What to print.

        Raises:
            CheckFailed: with what the command said.
        """
        started = time.monotonic()
        python = self._install("cli")
        installed = time.monotonic()
        found = self._run([python, "-c", f"import importlib.util as i; print(*filter(i.find_spec, {NO_SERVICE}))"])
        self._expect(found, 0, found.stdout.strip() == "")
        vigie = python.parent / "vigie"
        shown = self._run([vigie, "--help"])
        self._expect(shown, 0, " ask " in shown.stdout)
        issuer = Endpoints(ABSENT, f"{ABSENT}/device", f"{ABSENT}/token", None)
        TokenStore(self._folder / "vigie").put(ABSENT, SignIn(issuer, Tokens("a token", None, time.time() + 3600)))
        for language, words in UNREACHABLE.items():
            asked = self._run([vigie, "ask", "--url", ABSENT, "?"], VIGIE_LANG=language)
            self._expect(asked, 1, asked.stderr.splitlines() == [words])
            up = self._run([vigie, "up"], VIGIE_LANG=language)
            self._expect(up, 1, len(up.stderr.splitlines()) == 1 and "standalone" in up.stderr)
        ended = time.monotonic()
        return f"{'cli':20} installed in {installed - started:.0f} s, tried in {ended - installed:.1f} s"

    def check_tools(self) -> str:
        """The tools' image: its command, and what it declares topics with; fails as the others do."""
        started = time.monotonic()
        python = self._install("standalone")
        self._expect(self._run([python, "-I", "-c", "import services.standalone.topics.kafka_admin"]), 0, said=True)
        shown = self._run([python.parent / "vigie", "topics", "apply", "--help"])
        self._expect(shown, 0, "--grow-partitions" in shown.stdout)
        return f"{'standalone':20} installed and tried in {time.monotonic() - started:.0f} s"

    def _expect(self, done: "subprocess.CompletedProcess[str]", code: int, said: bool) -> None:
        if done.returncode != code or not said:
            raise CheckFailed(f"{done.args}: ended with {done.returncode}\n{done.stdout}{done.stderr}")

    def _run(self, command: Sequence[str | Path], **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run a command in an environment of which nothing of the checkout is seen."""
        return subprocess.run(
            command,
            cwd=self._folder,
            env=self._environment(_free_port()) | {"COLUMNS": "300", "XDG_STATE_HOME": str(self._folder)} | variables,
            capture_output=True,
            text=True,
            timeout=CLIENT_TIMEOUT_S,
            check=False,
        )

    def _install(self, extras: str) -> Path:
        environment = self._folder / f"venv-{extras.replace(',', '-')}"
        run(*UV, "venv", "--python", sys.executable, environment)
        python = environment / "bin/python"
        wanted = f"{self._wheel}[{extras}]"
        run(*UV, "pip", "install", "--python", python, "--constraint", self._constraints, wanted)
        return python

    def _environment(self, port: int) -> dict[str, str]:
        """The machine's environment without what is set of Vigie or Python, so that nothing of the checkout is seen."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("VIGIE_", "PYTHON"))}
        return {
            **clean,
            "VIGIE_KAFKA_BOOTSTRAP_SERVERS": self._bootstrap_servers,
            "VIGIE_OBJECTS_FOLDER": str(self._folder / "objects"),
            "VIGIE_GRANT_PUBLIC_KEY_FILE": str(self._issuer.grant_public_key_file),
            "VIGIE_RETRIEVER_FOLDER": str(self._folder / "index"),
            "VIGIE_GATEWAY_DATABASE_URL": f"sqlite+aiosqlite:///{self._folder}/vigie-{port}.db",
            "VIGIE_GATEWAY_JWKS_FILE": str(self._issuer.jwks_file),
            "VIGIE_GATEWAY_GRANT_PRIVATE_KEY_FILE": str(self._issuer.grant_private_key_file),
            "VIGIE_GATEWAY_PORT": str(port),
            "VIGIE_HTTP_PORT": str(port),
            "VIGIE_WEB_PORT": str(port),
            "VIGIE_WEB_SESSION_URL": f"sqlite+aiosqlite:///{self._folder}/web-{port}.db",
        }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < end:
        if process.poll() is not None:
            raise CheckFailed(f"ended with {process.returncode} before it was ready")
        try:
            with _without_proxy.open(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:  # not listening yet, or 503: not ready yet
            pass
        time.sleep(0.1)
    raise CheckFailed(f"not ready after {START_TIMEOUT_S} s")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    code = process.wait(STOP_TIMEOUT_S)
    if code not in STOPPED:
        raise CheckFailed(f"ended with {code}")


def _expect_no_traceback(log: Path) -> None:
    if b"Traceback" in log.read_bytes():
        raise CheckFailed("raised while it started or stopped")


def main() -> int:
    broker = EmbeddedBroker()
    with tempfile.TemporaryDirectory(prefix="vigie-wheel-") as name:
        folder = Path(name)
        try:
            wheel = build_wheel(folder)
            print(f"built {wheel.name}", flush=True)
            checks = WheelCheck(folder, wheel, broker.open())
            with ThreadPoolExecutor(AT_ONCE) as pool:
                others = (
                    pool.submit(checks.check_command),
                    pool.submit(checks.check, Service.GATEWAY, OF_THE_IMAGE),
                    pool.submit(checks.check_tools),
                )
                for line in pool.map(checks.check, (*Service, "web")):  # the first failure cancels what has not begun
                    print(line, flush=True)
                for other in others:
                    print(other.result(), flush=True)
        except CheckFailed as error:
            print(error, file=sys.stderr)
            return 1
        finally:
            broker.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
