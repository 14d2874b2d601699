"""Metrics of a process's disks."""

from typing import ClassVar
from weakref import WeakKeyDictionary

from prometheus_client import CollectorRegistry, Gauge


class DiskMetrics:
    """Room by part, shared by the services of a process."""

    _by_registry: ClassVar[WeakKeyDictionary[CollectorRegistry, "DiskMetrics"]] = WeakKeyDictionary()

    def __init__(self, registry: CollectorRegistry) -> None:
        self.free = Gauge("vigie_disk_free_bytes", "Free on the disk of a part", ("part",), registry=registry)
        self.lacking = Gauge(
            "vigie_disk_lacking_bytes", "Lacking there before anything new is accepted", ("part",), registry=registry
        )

    @classmethod
    def of(cls, registry: CollectorRegistry) -> "DiskMetrics":
        if registry not in cls._by_registry:
            cls._by_registry[registry] = cls(registry)
        return cls._by_registry[registry]
