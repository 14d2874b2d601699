"""Serving an application in this process, on a port that is taken before anything is started."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""Whoever asks for this machine under another name was sent by a page that is not ours."""

_STOP_TIMEOUT_S = 5


class _Server(uvicorn.Server):
    """A server whose signals are the command's business."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(port: int) -> socket.socket:
    """Take the port before anything is started, so that a taken one costs no wait.

    Of a socket that does not name TCP, asyncio leaves Nagle's algorithm on: each answer waited 40 ms for the client's
    acknowledgement, where uvloop is not installed.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.close()
        raise
    return listener


@asynccontextmanager
async def serving(app: ASGIApp, listener: socket.socket, **options: Any) -> AsyncIterator[None]:
    """Serve an application for as long as this lasts.

    Args:
        options: further options of `uvicorn.Config`.
    """
    config = uvicorn.Config(
        app,
        log_config=None,  # its own would bring back the words of errors
        log_level="warning",
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=_STOP_TIMEOUT_S,
        **options,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        if task.done():
            await task
            raise RuntimeError("the application did not start")
        await asyncio.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        await task
