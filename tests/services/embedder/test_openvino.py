"""What holds of the engine in OpenVINO alone; what holds of both is in test_e5_engines.py."""

import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from services.embedder.adapters import openvino_runtime
from services.embedder.adapters.e5_build import GRAPH_FILE, OPENVINO
from services.embedder.adapters.e5_engine import Ints, Run
from services.embedder.adapters.openvino import OpenVinoEngine
from services.embedder.adapters.openvino_runtime import openvino
from services.embedder.ports import Vectors
from services.embedder.processor import has_vnni

pytestmark = pytest.mark.processes

ROOT = Path(openvino_runtime.__file__).parents[3]
_EMBEDS_ALONE = """
import asyncio, sys
from pathlib import Path

def refuse(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen"}:
        raise SystemExit(f"{event} {arguments}")

sys.addaudithook(refuse)
from services.embedder.app import build_engine
from services.embedder.settings import EmbedderSettings

async def main():
    engine = build_engine("openvino", EmbedderSettings(model_cache=Path(sys.argv[1])))
    async with engine.opened():
        await engine.embed_passages(["bruit", "acides"])
        await engine.embed_query("Où ranger les acides ?")

asyncio.run(main())
print(*sorted(name for name, module in sys.modules.items() if module is not None))
"""


async def test_it_runs_without_its_build_s_tools_without_torch_and_sends_nothing(model_cache: Path) -> None:
    """The child ends at the first connection: OpenVINO's conversion tools report their import to their maker."""
    command = [sys.executable, "-c", _EMBEDS_ALONE, str(model_cache)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = await asyncio.to_thread(
        subprocess.run, command, env=environment, capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert "openvino" in loaded
    assert not {"openvino_telemetry", "openvino.tools.ovc", "torch", "nncf", "onnx", "onnxruntime"} & loaded
    assert not {name for name in loaded if name.endswith((".e5_graph", ".e5_openvino_graph", ".e5_calibration"))}


def test_every_product_with_a_matrix_runs_in_int8(model_cache: Path) -> None:
    """What OpenVINO does not recognise as quantised it computes in float32: right, and slow."""
    graph = model_cache / f"{OPENVINO.name}-{OPENVINO.version}" / GRAPH_FILE
    compiled = openvino.Core().compile_model(openvino.Core().read_model(graph), "CPU")
    products = [
        node.get_rt_info()["runtimePrecision"].value
        for node in compiled.get_runtime_model().get_ops()
        if node.get_rt_info()["layerType"].value == "FullyConnected"
    ]
    assert len(products) == 12 * 4
    if has_vnni():  # elsewhere it is OpenVINO's business, and this engine no default
        assert set(products) <= {"i8", "u8"}


async def test_it_runs_few_shapes_since_kernels_are_compiled_for_each(model_cache: Path) -> None:
    shapes: set[tuple[int, ...]] = set()
    engine = OpenVinoEngine(cache=model_cache, threads=2, token_budget=512)
    async with engine.opened():
        assert engine._opened is not None
        for place in ("passages", "queries"):
            encoder = getattr(engine._opened, place)

            def spied(ids: Ints, mask: Ints, infer: Run = encoder.infer) -> Vectors:
                shapes.add(ids.shape)
                return infer(ids, mask)

            engine._opened = replace(engine._opened, **{place: replace(encoder, infer=spied)})
        await engine.embed_passages(["mot " * words for words in range(1, 70)])
        for words in range(1, 30):
            await engine.embed_query("mot " * words)
    assert {length % 16 for _, length in shapes} == {0}
    assert all(count.bit_count() == 1 for count, _ in shapes)
    assert len(shapes) < 20


def test_padding_changes_nothing(model_cache: Path) -> None:
    graph = model_cache / f"{OPENVINO.name}-{OPENVINO.version}" / GRAPH_FILE
    compiled = openvino.Core().compile_model(openvino.Core().read_model(graph), "CPU")
    ids = np.array([[0, 9, 99, 999, 2]])
    short, mask = compiled([ids, np.ones_like(ids)])[0], np.array([[1] * 5 + [0] * 20])
    long = compiled([np.pad(ids, ((0, 0), (0, 20)), constant_values=1), mask])[0]
    np.testing.assert_allclose(short, long, atol=2e-3)  # bf16 rounds another order of sums otherwise
