"""multilingual-e5-small, quantised, in ONNX Runtime: the engine that needs neither a GPU, nor torch, nor a download."""

from pathlib import Path

import onnxruntime

from services.embedder.adapters.e5_build import ONNX, PASSAGE_FILE, QUERY_FILE
from services.embedder.adapters.e5_engine import E5Engine, Ints, Run
from services.embedder.ports import Vectors


class OnnxEngine(E5Engine):
    """Runs a graph for passages and one for questions (services/embedder/adapters/e5_graph.py)."""

    recipe = ONNX

    def _load(self, folder: Path) -> tuple[Run, Run]:
        return run_of(folder / PASSAGE_FILE, self._threads), run_of(folder / QUERY_FILE, self._threads)


def run_of(model: Path, threads: int) -> Run:
    """Load a graph."""
    session = _session(model, threads)

    def run(ids: Ints, mask: Ints) -> Vectors:
        vectors: Vectors = session.run(["embedding"], {"input_ids": ids, "attention_mask": mask})[0]
        return vectors

    return run


def _session(model: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # an idle engine must cost no CPU
    options.enable_mem_pattern = False  # shapes differ from run to run: a plan kept for each would only grow
    provider = "CPUExecutionProvider", {"arena_extend_strategy": "kSameAsRequested"}  # the default doubles each time
    return onnxruntime.InferenceSession(model, options, providers=[provider])
