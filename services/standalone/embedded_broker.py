"""A Kafka broker in the process: the mock cluster of librdkafka, which speaks the real protocol on 127.0.0.1.

It keeps nothing on disk and drops the oldest records of a partition past 5 MiB: the gateway's outbox and the bound
on what ingest has in flight are what makes that harmless (ADR 0003).

Source: librdkafka's rdkafka.h and rdkafka_mock.h. confluent-kafka brings the library, and has a word for the cluster
(`test.mock.num.brokers`) but none for how long a new group settles, 3 s: hence its C interface.
"""

import ctypes
from functools import cache

from confluent_kafka import cimpl

_PRODUCER, _BROKERS, _SETTLES_MS = 0, 1, 0
_REASON_BYTES = 512


class EmbeddedBroker:
    """Open it before the services start, close it after them.

    A new group settles at once: each topic's group has one consumer here, and none waits for another.
    """

    def __init__(self) -> None:
        self._client: int | None = None
        self._cluster: int | None = None

    def open(self) -> str:
        """Start the broker.

        Returns:
            Its address, `host:port`.

        Raises:
            OSError: it cannot be started; the library's reason.
        """
        library, reason = _library(), ctypes.create_string_buffer(_REASON_BYTES)
        configuration = library.rd_kafka_conf_new()
        library.rd_kafka_conf_set(configuration, b"log_level", b"0", reason, _REASON_BYTES)
        self._client = library.rd_kafka_new(_PRODUCER, configuration, reason, _REASON_BYTES)
        if self._client is None:
            raise OSError(reason.value.decode(errors="replace"))
        self._cluster = library.rd_kafka_mock_cluster_new(self._client, _BROKERS)
        if self._cluster is None:
            self.close()
            raise OSError("librdkafka starts no mock cluster")
        library.rd_kafka_mock_group_initial_rebalance_delay_ms(self._cluster, _SETTLES_MS)
        address: bytes = library.rd_kafka_mock_cluster_bootstraps(self._cluster)
        return address.decode()

    def close(self) -> None:
        """End it, with all that it holds; a second time nothing is done."""
        library = _library()
        if self._cluster is not None:
            library.rd_kafka_mock_cluster_destroy(self._cluster)
        if self._client is not None:
            library.rd_kafka_destroy(self._client)
        self._cluster = self._client = None


@cache
def _library() -> ctypes.CDLL:
    """Return librdkafka as confluent-kafka has loaded it, with the types of what is called."""
    library = ctypes.CDLL(cimpl.__file__)  # a symbol is looked for in what an extension is linked with, too
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    for name, result, *arguments in (
        ("rd_kafka_conf_new", pointer),
        ("rd_kafka_conf_set", ctypes.c_int, pointer, text, text, text, ctypes.c_size_t),
        ("rd_kafka_new", pointer, ctypes.c_int, pointer, text, ctypes.c_size_t),
        ("rd_kafka_destroy", None, pointer),
        ("rd_kafka_mock_cluster_new", pointer, pointer, ctypes.c_int),
        ("rd_kafka_mock_cluster_destroy", None, pointer),
        ("rd_kafka_mock_cluster_bootstraps", text, pointer),
        ("rd_kafka_mock_group_initial_rebalance_delay_ms", None, pointer, ctypes.c_int32),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
