"""What is told of a model's calls: how they began and ended, and their span.

Tokens are counted where a server tells them with the last piece of an answer (Ollama, Mistral): one in JSON is left at
the end of its object, before that, and vLLM tells them after it (its own metrics have them all).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, StatusCode, Tracer

from services.generator.models.ports import FINISHED, Usage
from shared.contracts.backends import BackendConfig
from shared.errors import ModelUnavailable


@dataclass(slots=True)
class Watch:
    """Listeners to the calls of one model; none by default.

    Attributes:
        ended: takes how each call ended: `whole`, `cancelled`, `overloaded`, or the reason of a failure.
        began: takes how long each stream was silent before its first text, seconds.
        spent: takes the tokens of each answer whose server tells them.
        span: starts the span of a stream.
    """

    ended: Callable[[str], None] = lambda _end: None
    began: Callable[[float], None] = lambda _seconds: None
    spent: Callable[[Usage], None] = lambda _usage: None
    span: Callable[[], Span] = lambda: INVALID_SPAN

    @contextmanager
    def stream(self) -> Iterator["StreamWatch"]:
        """Watch one stream, whose span ends with the block; a failure tells its reason, never its words."""
        span = self.span()
        try:
            yield StreamWatch(self, span)
        except ModelUnavailable as error:
            span.set_attribute("error.type", str(error.params["reason"]))
            span.set_status(StatusCode.ERROR)
            raise
        finally:
            span.end()


@dataclass(frozen=True, slots=True)
class StreamWatch:
    """Listens to one stream."""

    watch: Watch
    span: Span

    def began(self, seconds: float) -> None:
        self.span.set_attribute("gen_ai.response.time_to_first_chunk", seconds)
        self.watch.began(seconds)

    def finished(self, reason: str, usage: Usage | None) -> None:
        self.span.set_attribute("gen_ai.response.finish_reasons", [reason if reason in FINISHED else "other"])
        if usage is not None:
            self.span.set_attribute("gen_ai.usage.input_tokens", usage.read)
            self.span.set_attribute("gen_ai.usage.output_tokens", usage.written)
            self.watch.spent(usage)


def span_of(tracer: Tracer, config: BackendConfig) -> Callable[[], Span]:
    """Return what starts the span of a stream of this backend.

    Source: OpenTelemetry's semantic conventions for generative AI, client spans; no prompt and no answer is told.
    """
    server = urlsplit(config.address)
    attributes: dict[str, str | int | float] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": config.kind,
        "gen_ai.request.model": config.model,
        "gen_ai.request.max_tokens": config.max_output_tokens,
        "gen_ai.request.temperature": config.temperature,
        "server.address": server.hostname or "",
    }
    if server.port is not None:
        attributes["server.port"] = server.port
    return lambda: tracer.start_span(f"chat {config.model}", kind=SpanKind.CLIENT, attributes=attributes)
