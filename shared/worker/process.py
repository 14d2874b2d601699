"""Serving of an application as a process: uvicorn, signals, garbage collection."""

import signal
import sys
from collections.abc import Callable
from typing import Any

import uvicorn

from shared.storage.private import keep_new_files_private
from shared.worker.heap import settled_heap

_CONNECTIONS_S = 10
"""Longest wait for open requests at a stop: with a consumer's graceful time-out (15 s) less than Kubernetes' 30 s."""


def run_asgi(app: Callable[..., Any], *, host: str, port: int, **options: Any) -> None:
    """Serve an application until SIGTERM or SIGINT, which end the process with 0; its files are for their owner alone.

    Args:
        options: further options of `uvicorn.run`.
    """
    keep_new_files_private()
    # uvicorn raises the signal once more when it has stopped, which by default would end the process as if killed.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    with settled_heap():
        uvicorn.run(
            app,
            host=host,
            port=port,
            log_config=None,  # its own would bring back the words of errors
            log_level="warning",
            access_log=False,
            loop="uvloop",
            timeout_graceful_shutdown=_CONNECTIONS_S,
            **options,
        )
