"""Kafka: publishing and consuming of events, on FastStream and aiokafka (ADR 14).

Taken from FastStream: the broker and its life cycle, the decorator that registers a handler, the middleware chain, the
OpenTelemetry middleware, the ASGI application of a worker, AsyncAPI.

Replaced, and why:

- the subscriber (subscriber.py): FastStream's acknowledgement commits every consumed position, so that a handler which
  ends before an older one takes that one's offset along; and one commit a message was most of a message's cost.
  ManagedSubscriber keeps its own offsets (offsets.py), runs several handlers at a time in the order of each key, and
  commits in batches. FastStream has no public way to register a subscriber class; `consume` does what its
  create_subscriber does.
- the decoding of messages: one pydantic call; FastStream's injection of arguments was a third of a message's cost.
- who wrote a record (event_keys.py, record_check.py): one that this installation did not authenticate is refused before
  FastStream's middlewares see it (ADR 25).
- errors (dead_letters.py): retries in place while infrastructure is down, a dead letter for everything else.
- metrics (shared/telemetry/message_metrics.py): under the names of FastStream's own, whose look-ups were two fifths of
  a message's cost.
- the start (broker.start_broker): all subscribers at once, where FastStream waits for one group after the other.
- the producer (producer_renewal.py): replaced once Kafka refuses its sequence numbers: aiokafka never recovers.
- stuck consumers (watchdog.py) and cancelled starts (cancellation_safety.py): aiokafka survives neither.

To check when faststream, aiokafka or confluent-kafka is upgraded: tests/shared/test_client_internals.py names each
private part in use and its user; then tests/shared, tests/services/standalone/test_adaptive_polling.py, and on a real
cluster tests/connected/test_broker_faults.py and `make soak`.
"""
