"""The sentence-transformers adapter: what it loads and what it refuses, with modules that stand for the libraries.

The real ones are tested where VIGIE_TEST_ST names a folder with multilingual-e5-small (`make test-st`).
"""

import asyncio
import json
import logging
import os
import re
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from services.embedder.adapters.onnx import OnnxEngine
from services.embedder.adapters.sentence_transformers import SentenceTransformersEngine, StOptions
from shared.errors import EmbeddingFailed, Unavailable

FOLDER = os.environ.get("VIGIE_TEST_ST")
ROOT = Path(__file__).parents[3]


class FakeModel:
    """Stands for SentenceTransformer: tells how it was loaded, and embeds a text as its length and its prompt's."""

    loaded: list[dict[str, Any]]
    max_seq_length: int | None = 1024

    def __init__(self, folder: str, **options: Any) -> None:
        self.loaded.append({"folder": folder, **options})
        self.prompts = {"query": "q: ", "document": "d: "}
        self.tokenizer = self._tokenise
        self.batches: list[int] = []
        self.weights = [object()]
        self.busy = threading.Lock()

    def eval(self) -> None:
        pass

    def parameters(self) -> list[object]:
        return self.weights

    def buffers(self) -> list[object]:
        return []

    def __deepcopy__(self, memo: dict[int, object]) -> "FakeModel":
        assert id(self.weights[0]) in memo, "the weights must be shared"
        twin = FakeModel.__new__(FakeModel)
        twin.__dict__ = self.__dict__ | {"busy": threading.Lock(), "batches": []}
        return twin

    @staticmethod
    def _tokenise(texts: list[str], *, truncation: bool, max_length: int) -> dict[str, list[list[str]]]:
        assert truncation
        return {"input_ids": [text.split()[:max_length] for text in texts]}

    def encode(self, texts: Sequence[str], *, prompt: str | None, batch_size: int, **options: bool) -> np.ndarray:
        assert options == {"normalize_embeddings": True, "convert_to_numpy": True, "show_progress_bar": False}
        assert self.busy.acquire(blocking=False), "one tokenizer must not serve two threads"
        self.batches.append(batch_size)
        self.busy.release()
        return np.array([[len(text), len(prompt or ""), 0.5] for text in texts], np.float64)


@pytest.fixture
def libraries(monkeypatch: pytest.MonkeyPatch) -> type[FakeModel]:
    class Model(FakeModel):
        loaded: list[dict[str, Any]] = []  # noqa: RUF012

    torch, transformers = ModuleType("torch"), ModuleType("sentence_transformers")
    vars(torch).update(set_num_threads=lambda threads: None)
    vars(transformers).update(SentenceTransformer=Model)
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "sentence_transformers", transformers)
    return Model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model's folder, as small as one can be."""
    home = tmp_path / "small-e5"
    (home / "1_Pooling").mkdir(parents=True)
    (home / "model.safetensors").write_bytes(b"weights")
    (home / "config.json").write_text("{}")
    modules = [{"path": "", "type": "sentence_transformers.models.Transformer"},
               {"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]  # fmt: skip
    (home / "modules.json").write_text(json.dumps(modules))
    return home


async def test_a_folder_is_loaded_without_the_hub_foreign_code_or_pickles(
    libraries: type[FakeModel], folder: Path
) -> None:
    engine = SentenceTransformersEngine(str(folder), StOptions(device="cpu", token_budget=8))
    async with engine.opened():
        assert libraries.loaded == [
            {
                "folder": str(folder),
                "device": "cpu",
                "trust_remote_code": False,
                "local_files_only": True,
                "model_kwargs": {"use_safetensors": True},
            }
        ]
        texts = ["a b c", "a", "a b c d e f g", "a b"]
        vectors = await engine.embed_passages(texts)
        assert vectors.dtype == np.float32
        assert vectors.tolist() == [[len(text), len("d: "), 0.5] for text in texts]
        assert (await engine.embed_query("gants")).tolist() == [5, len("q: "), 0.5]
        assert re.fullmatch(r"small-e5@[0-9a-f]{12}", engine.model.name)
        assert (engine.model.dimension, engine.model.normalised) == (3, True)


async def test_what_the_operator_sets_comes_before_the_models_own_prompts(
    libraries: type[FakeModel], folder: Path
) -> None:
    engine = SentenceTransformersEngine(str(folder), StOptions(prefixes=("Question : ", "")))
    async with engine.opened():
        assert (await engine.embed_query("x"))[1] == len("Question : ")
        assert (await engine.embed_passages(["x"]))[0, 1] == 0


async def identity(folder: Path, options: StOptions) -> str:
    engine = SentenceTransformersEngine(str(folder), options)
    async with engine.opened():
        return engine.model.name


async def test_other_weights_prefixes_or_limits_are_another_model(libraries: type[FakeModel], folder: Path) -> None:
    first = await identity(folder, StOptions())
    assert first == await identity(folder, StOptions(threads=2, token_budget=64))
    others = [
        await identity(folder, StOptions(prefixes=("a", "b"))),
        await identity(folder, StOptions(max_tokens=64)),
    ]
    (folder / "model.safetensors").write_bytes(b"other weights")
    others.append(await identity(folder, StOptions()))
    assert len({first, *others}) == 4


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda home: (home / "model.safetensors").rename(home / "pytorch_model.bin"), "no-safetensors"),
        (lambda home: (home / "1_Pooling/pytorch_model.bin").write_bytes(b"pickle"), "no-safetensors"),
        (lambda home: (home / "modules.json").write_text('[{"path": "", "type": "custom_st.Evil"}]'), "foreign-code"),
        (lambda home: (home / "config.json").write_text('{"auto_map": {"AutoModel": "m.Evil"}}'), "foreign-code"),
        (lambda home: (home / "modules.json").write_text("{"), "not-loadable"),
    ],
)
async def test_s20_what_could_run_code_is_refused_before_it_is_loaded(
    libraries: type[FakeModel], folder: Path, change: Any, reason: str
) -> None:
    change(folder)
    with pytest.raises(EmbeddingFailed) as refused:
        await identity(folder, StOptions())
    assert refused.value.params["reason"] == reason
    assert libraries.loaded == []


async def test_a_model_that_is_not_on_the_machine_is_told_by_its_name(libraries: type[FakeModel]) -> None:
    with pytest.raises(EmbeddingFailed) as missing:
        await identity(Path("/nowhere/model"), StOptions())
    assert missing.value.params == {"model": "/nowhere/model", "reason": "no-weights"}


@pytest.mark.parametrize("hub", [False, True])
async def test_s20_the_hub_is_asked_only_when_a_setting_allows_it(
    libraries: type[FakeModel], folder: Path, monkeypatch: pytest.MonkeyPatch, hub: bool
) -> None:
    asked: list[dict[str, Any]] = []

    def snapshot_download(name: str, **options: Any) -> str:
        asked.append({"name": name, **options})
        raise errors.LocalEntryNotFoundError

    package, errors = ModuleType("huggingface_hub"), ModuleType("huggingface_hub.errors")
    vars(package).update(snapshot_download=snapshot_download)
    for name in ("HFValidationError", "LocalEntryNotFoundError", "RepositoryNotFoundError"):
        setattr(errors, name, type(name, (OSError,), {}))
    monkeypatch.setitem(sys.modules, "huggingface_hub", package)
    monkeypatch.setitem(sys.modules, "huggingface_hub.errors", errors)
    engine = SentenceTransformersEngine("intfloat/multilingual-e5-large", StOptions(hub=hub))
    with pytest.raises(Unavailable if hub else EmbeddingFailed):
        async with engine.opened():
            pass
    assert [each["local_files_only"] for each in asked] == [not hub]
    assert "*.bin" not in asked[0]["allow_patterns"]


async def test_without_the_extra_the_way_to_it_is_told(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(EmbeddingFailed) as missing:
        await identity(folder, StOptions())
    assert missing.value.params["reason"] == "extra-st"


def french_texts() -> list[str]:
    """Lines of the French guide, then longer pieces of it: real French, and ours."""
    guide = (ROOT / "docs/guide.fr.md").read_text(encoding="utf-8")
    lines = [line.strip() for line in guide.splitlines() if len(line.strip()) > 40]
    return lines[:110] + [guide[start : start + 1500] for start in range(0, 6000, 1000)]


def french_questions() -> list[str]:
    rows = (ROOT / "lab/abstention/report.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(row)["question"] for row in rows][:120]


@pytest.mark.connected
@pytest.mark.timeout(600)
async def test_vectors_are_those_of_the_onnx_engine(model_cache: Path, record_property: Any) -> None:
    if not FOLDER:
        pytest.skip("sentence-transformers was not tested: VIGIE_TEST_ST names no folder with multilingual-e5-small")
    st = SentenceTransformersEngine(FOLDER, StOptions(device="cpu", threads=2))
    onnx = OnnxEngine(cache=model_cache, threads=2, token_budget=2048)
    passages, questions = french_texts(), french_questions()
    async with st.opened(), onnx.opened():
        by_st, by_onnx = await asyncio.gather(st.embed_passages(passages), onnx.embed_passages(passages))
        cosines = [float(a @ b) for a, b in zip(by_st, by_onnx, strict=True)]
        asked = [float(await st.embed_query(text) @ await onnx.embed_query(text)) for text in questions]
        busy = asyncio.create_task(st.embed_passages(passages))
        answered = [await st.embed_query(text) for text in questions[:3]]
        waited = not busy.done()
        await busy
    figures = {
        name: f"min {min(found):.4f} mean {sum(found) / len(found):.4f} of {len(found)}"
        for name, found in (("passages", cosines), ("questions", asked))
    }
    record_property("cosines", str(figures))
    logging.getLogger(__name__).info("%s", figures)
    assert len(cosines) >= 100
    assert len(asked) >= 100
    assert min(cosines + asked) >= 0.99, figures
    assert len(answered) == 3
    assert waited, "questions waited for the passages"
