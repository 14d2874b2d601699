"""Health of a service: what it waits for or does without, told on /readyz, in a metric, and in the log once a change.

A part is looked at by a check, at the start and again and again; what is mended is told as well (ADR 59).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from typing import ClassVar
from weakref import WeakKeyDictionary

from prometheus_client import CollectorRegistry, Gauge

from shared.contracts.base import Failure
from shared.errors import Unavailable, VigieError, trace_of
from shared.http_api.problems import describe

logger = logging.getLogger("vigie.health")

_LONGEST_LOOK_S = 10.0


@dataclass(frozen=True, slots=True)
class Check:
    """Looks at one part of what a service stands on.

    Attributes:
        part: what it looks at, as logs, metrics and /readyz call it.
        look: returns what is wrong, None while nothing is; an error of Vigie that it raises is what is wrong.
        period_s: seconds between two looks while nothing is wrong.
        again_s: the same while something is.
    """

    part: str
    look: Callable[[], Awaitable[VigieError | None]]
    period_s: float = 30.0
    again_s: float = 5.0


class _Metrics:
    """The gauges of a process, shared by its services."""

    _by_registry: ClassVar[WeakKeyDictionary[CollectorRegistry, "_Metrics"]] = WeakKeyDictionary()

    def __init__(self, registry: CollectorRegistry) -> None:
        self.waits = Gauge(
            "vigie_waits",
            "1 while a service waits for a part, or does without it",
            ("service", "part", "code"),
            registry=registry,
        )
        self.build = Gauge(
            "vigie_build_info", "1 for each service of the process", ("service", "version"), registry=registry
        )

    @classmethod
    def of(cls, registry: CollectorRegistry) -> "_Metrics":
        if registry not in cls._by_registry:
            cls._by_registry[registry] = cls(registry)
        return cls._by_registry[registry]


class Health:
    """What is wrong with the parts of one service, by part.

    Args:
        service: name of the service.
        registry: of the process.
    """

    def __init__(self, service: str, registry: CollectorRegistry) -> None:
        self.service = service
        metrics = _Metrics.of(registry)
        metrics.build.labels(service, version("vigie")).set(1)
        self._gauge = metrics.waits
        self._wrong: dict[str, VigieError] = {}

    def note(self, part: str, error: VigieError | None) -> None:
        """Note how a part is; the log tells each change once.

        Args:
            error: what is wrong with it; None: nothing.
        """
        before = self._wrong.get(part)
        if before is not None and (error is None or before.code != error.code):
            with suppress(KeyError):
                self._gauge.remove(self.service, part, before.code)
        if error is None:
            if self._wrong.pop(part, None) is not None:
                logger.info("%s: %s is well again", self.service, part)
            return
        self._gauge.labels(self.service, part, error.code).set(1)
        self._wrong[part] = error
        if before is None or str(before) != str(error):
            logger.warning("%s waits for %s: %s", self.service, part, error)

    def told(self, language: str) -> list[dict[str, str]]:
        """Return part, code and sentence of everything that is wrong, in a person's language."""
        failures = {part: Failure(code=error.code, params=error.params) for part, error in sorted(self._wrong.items())}
        return [
            {"part": part, "code": failure.code, "detail": describe(failure, language)}
            for part, failure in failures.items()
        ]

    async def watch(self, checks: Sequence[Check]) -> None:
        """Run every check by its period until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for check in checks:
                tasks.create_task(self._repeat(check))

    async def _repeat(self, check: Check) -> None:
        while True:
            await self.look(check)
            is_wrong = check.part in self._wrong
            await asyncio.sleep(check.again_s if is_wrong else check.period_s)

    async def look(self, check: Check) -> None:
        """Look at a part once."""
        try:
            async with asyncio.timeout(_LONGEST_LOOK_S):
                self.note(check.part, await check.look())
        except VigieError as error:
            self.note(check.part, error)
        except (OSError, TimeoutError):
            self.note(check.part, Unavailable(part=check.part))
        except Exception as error:  # noqa: BLE001 (whatever the defect, the service goes on and looks again)
            logger.error("defect in the check of %s: %s", check.part, trace_of(error))  # noqa: TRY400 (no foreign message)
