"""A backend beside the operator's own, and the model's server as a process."""

import sys
import types
from importlib.util import find_spec
from pathlib import Path

import pytest

from services.standalone.language_models import server
from services.standalone.language_models.declaration import declare
from services.standalone.language_models.server import serving
from shared.contracts.backends import load_registry
from shared.contracts.confidentiality import Confidentiality
from shared.errors import ModelWeightsUnavailable
from shared.settings import BackendSettings

OPERATORS = """
[backends.vllm]
kind = "openai"
address = "http://vllm:8000/v1"
model = "mistral-small"
"""


def test_a_model_of_this_machine_stands_beside_the_operators_and_sees_everything(tmp_path: Path) -> None:
    (tmp_path / "operator.toml").write_text(OPERATORS, encoding="utf-8")
    backend = server.backend_of("tiny.v1-q4", 8124)
    settings = declare(backend, BackendSettings(file=tmp_path / "operator.toml"), tmp_path / "backends.toml")
    registry = load_registry(settings)
    assert [each.name for each in registry.backends] == ["extractive", "vllm", "tiny.v1-q4"]
    assert registry.default == "tiny.v1-q4"
    assert registry.named("tiny.v1-q4") == backend
    assert all(backend.may_see(each) for each in Confidentiality)


async def test_without_llama_cpp_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "find_spec", lambda name: None if name == "xllamacpp" else find_spec(name))
    with pytest.raises(ModelWeightsUnavailable) as refusal:
        async with serving(tmp_path / "tiny.gguf"):
            pass
    assert refusal.value.params == {"reason": "extra-llm", "model": "tiny"}


@pytest.mark.processes
async def test_a_model_that_does_not_load_is_said_so_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "find_spec", lambda name: types.SimpleNamespace(name=name))
    monkeypatch.setitem(sys.modules, "xllamacpp", types.ModuleType("xllamacpp"))
    (tmp_path / "broken.gguf").write_bytes(b"GGUF and no more")
    with pytest.raises(ModelWeightsUnavailable) as refusal:
        async with serving(tmp_path / "broken.gguf"):
            pass
    assert refusal.value.params == {"reason": "model-no-start", "model": "broken"}
