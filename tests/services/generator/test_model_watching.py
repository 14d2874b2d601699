"""What operators are told of a model's streams: the time to the first text, a span; nothing that was said."""

from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from prometheus_client import CollectorRegistry

from services.generator.models.metrics import ModelMetrics
from services.generator.models.watching import span_of
from shared.errors import ModelUnavailable
from tests.services.generator.test_model_backend import GOOD, GOOD_TEXT, REQUEST
from tests.support.model_server import backend_at, config, drafts_of, head, ndjson, spoken
from tests.support.scripted_server import Script, ScriptedServer

WORDS = ("bêche", "râteau", "graisser")


async def test_the_time_to_the_first_text_is_measured_where_there_was_one() -> None:
    registry = CollectorRegistry()
    scripts: list[Script] = [spoken(GOOD), [head("404 Not Found")]]
    async with ScriptedServer(*scripts).running() as server, backend_at(server.address) as backend:
        ModelMetrics(registry).watch(backend.guarded)
        assert len(await drafts_of(backend, REQUEST)) == 2
        with pytest.raises(ModelUnavailable):
            await drafts_of(backend, REQUEST)
    assert registry.get_sample_value("vigie_model_first_text_seconds_count", {"backend": "fake-model"}) == 1


async def test_a_stream_is_a_span_of_the_generative_conventions_without_a_word() -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    scripts: list[Script] = [ndjson(GOOD_TEXT), [head("404 Not Found")]]
    options = {"kind": "ollama", "output": "text"}
    async with ScriptedServer(*scripts).running() as server, backend_at(server.address, **options) as backend:
        declared = config(server.address, kind="ollama")
        backend.guarded.watch.span = span_of(provider.get_tracer("test"), declared)
        await drafts_of(backend, REQUEST)
        with pytest.raises(ModelUnavailable):
            await drafts_of(backend, REQUEST)
    whole, failed = exporter.get_finished_spans()
    attributes: dict[str, Any] = dict(whole.attributes or {})
    assert attributes.pop("gen_ai.response.time_to_first_chunk") > 0
    assert attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "ollama",
        "gen_ai.request.model": declared.model,
        "gen_ai.request.max_tokens": declared.max_output_tokens,
        "gen_ai.request.temperature": declared.temperature,
        "gen_ai.response.finish_reasons": ("stop",),
        "server.address": "127.0.0.1",
        "server.port": int(server.address.rpartition(":")[2].partition("/")[0]),
    }
    assert (whole.name, whole.kind) == (f"chat {declared.model}", SpanKind.CLIENT)
    assert (failed.attributes or {})["error.type"] == "status 404"
    assert failed.status.status_code is StatusCode.ERROR
    told = str(whole.to_json()) + str(failed.to_json())
    assert not [word for word in WORDS if word in told]


@pytest.mark.parametrize("reason", ["stop", "length"])
async def test_only_reasons_of_the_conventions_are_told(reason: str) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    scripts = [spoken(GOOD_TEXT, finish=reason), spoken(GOOD_TEXT, finish=f"la {WORDS[0]}")]
    async with ScriptedServer(*scripts).running() as server, backend_at(server.address, output="text") as backend:
        backend.guarded.watch.span = span_of(provider.get_tracer("test"), config(server.address))
        await drafts_of(backend, REQUEST)
        with pytest.raises(ModelUnavailable, match="broke off"):
            await drafts_of(backend, REQUEST)
    told = [(span.attributes or {})["gen_ai.response.finish_reasons"] for span in exporter.get_finished_spans()]
    assert told == [(reason,), ("other",)]


@pytest.mark.parametrize(
    ("kind", "script", "counted"),
    [
        ("ollama", ndjson(GOOD_TEXT, prompt_eval_count=900, eval_count=40), (900, 40)),
        ("openai", spoken(GOOD_TEXT, usage={"prompt_tokens": 900, "completion_tokens": 40}), (900, 40)),
        ("ollama", ndjson(GOOD_TEXT), None),
        ("openai", spoken(GOOD_TEXT, usage=None), None),
        ("openai", spoken(GOOD_TEXT, usage={"prompt_tokens": 900}), None),
        ("openai", spoken(GOOD_TEXT, usage="much"), None),
        ("ollama", ndjson(GOOD_TEXT, prompt_eval_count="many", eval_count=True), None),
        ("ollama", ndjson(GOOD_TEXT, prompt_eval_count=-1, eval_count=40), None),
    ],
)
async def test_tokens_are_counted_where_the_stream_tells_them(
    kind: str, script: Script, counted: tuple[int, int] | None
) -> None:
    registry, exporter, provider = CollectorRegistry(), InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    async with (
        ScriptedServer(script).running() as server,
        backend_at(server.address, kind=kind, output="text") as backend,
    ):
        ModelMetrics(registry).watch(backend.guarded)
        backend.guarded.watch.span = span_of(provider.get_tracer("test"), config(server.address, kind=kind))
        assert len(await drafts_of(backend, REQUEST)) == 2
    labels = [{"backend": "fake-model", "kind": kind} for kind in ("read", "written")]
    found = [registry.get_sample_value("vigie_model_tokens_total", each) for each in labels]
    assert found == list(counted or (None, None))
    [span] = exporter.get_finished_spans()
    told = [(span.attributes or {}).get(f"gen_ai.usage.{way}_tokens") for way in ("input", "output")]
    assert told == found
