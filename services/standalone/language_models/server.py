"""A language model behind OpenAI's API on 127.0.0.1, by llama.cpp in a process of its own (extra `llm`).

`python -m services.standalone.language_models.server FILE --port N --name NAME --threads N` serves until it is ended.
"""

import argparse
import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import httpx

from shared.contracts.backends import BackendConfig, Timeouts
from shared.contracts.confidentiality import Confidentiality
from shared.errors import ModelWeightsUnavailable

CONTEXT_TOKENS = 4096
"""Prompt and answer: on a processor each thousand tokens of the prompt takes half a minute of one core."""

DEADLINE_S = 300.0
"""Of a question, where a model on this processor writes."""

_START_TIMEOUT_S = 180
_STOP_TIMEOUT_S = 5
_POLL_S = 0.2


@asynccontextmanager
async def serving(weights: Path, *, threads: int | None = None) -> AsyncIterator[BackendConfig]:
    """Serve a model for as long as entered; yields the backend that asks it.

    Args:
        threads: of llama.cpp, whose threads spin while they wait; by default all cores but one.

    Raises:
        ModelWeightsUnavailable: the extra `llm` is not installed, or the model does not start.
    """
    if find_spec("xllamacpp") is None:
        raise ModelWeightsUnavailable(reason="extra-llm", model=weights.stem)
    port = _free_port()
    count = threads or max(1, len(os.sched_getaffinity(0)) - 1)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__, str(weights), "--port", str(port)),
        *("--name", weights.stem, "--threads", str(count)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await _ready(process, port, weights.stem)
        yield backend_of(weights.stem, port)
    finally:
        await _stop(process)


def backend_of(name: str, port: int) -> BackendConfig:
    """The backend that asks a server of ours; it may see every class, since nothing leaves this machine."""
    return BackendConfig(
        name=name,
        kind="openai",
        address=f"http://127.0.0.1:{port}/v1",
        model=name,
        classes=frozenset(Confidentiality),
        context_tokens=CONTEXT_TOKENS,
        max_output_tokens=400,
        timeouts=Timeouts(first_token=150, between_tokens=60, total=280),
        slots=1,
    )


async def _ready(process: asyncio.subprocess.Process, port: int, name: str) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=5, trust_env=False) as client:
        with suppress(TimeoutError):
            async with asyncio.timeout(_START_TIMEOUT_S):
                while process.returncode is None:
                    with suppress(httpx.HTTPError):
                        if (await client.get("/health")).is_success:
                            return
                    await asyncio.sleep(_POLL_S)
    raise ModelWeightsUnavailable(reason="model-no-start", model=name)


async def _stop(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
        try:
            async with asyncio.timeout(_STOP_TIMEOUT_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--threads", type=int, required=True)
    arguments = parser.parse_args()

    import xllamacpp  # noqa: PLC0415 (in the extra `llm` alone)

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(arguments.weights)
    parameters.model_alias = {arguments.name}
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = arguments.threads
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = arguments.port
    parameters.warmup = False
    server = xllamacpp.Server(parameters)
    assert server.listening_address
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    _until_parent_ends(os.getppid())


def _until_parent_ends(parent: int) -> None:
    """Wait until whoever started this is gone, killed too: a model of some GB must not outlive its stack."""
    with suppress(KeyboardInterrupt):
        while os.getppid() == parent:
            signal.sigtimedwait([], 1)
    os._exit(0)


if __name__ == "__main__":
    main()
