"""multilingual-e5-small as int8 in OpenVINO: the quickest here where the processor multiplies int8 by itself (VNNI).

OpenVINO compiles its kernels for each shape that comes, which takes a question 15 ms, and keeps them: 6 MB for each
length of a question, a gigabyte in all after 640 passages and 315 questions. So shapes are few: lengths are padded to
multiples, and passages run by powers of two. With that it was half a gigabyte after three times as many.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from services.embedder.adapters.e5_build import GRAPH_FILE, OPENVINO
from services.embedder.adapters.e5_engine import E5Engine, Ints, Run
from services.embedder.adapters.openvino_runtime import openvino
from services.embedder.batching import Batch, plan_few_shapes
from services.embedder.ports import Vectors

_USUAL_QUESTIONS = 16, 32, 48
"""Padded tokens of nearly all questions: compiled before the first one comes."""


class OpenVinoEngine(E5Engine):
    """Runs one graph for passages and questions (services/embedder/adapters/e5_openvino_graph.py)."""

    recipe = OPENVINO
    passage_step = 32
    query_step = 16

    def _load(self, folder: Path) -> tuple[Run, Run]:
        core = openvino.Core()
        model = core.read_model(folder / GRAPH_FILE)
        passages, queries = (_run_of(core, model, self._threads) for _ in range(2))
        for length in _USUAL_QUESTIONS:
            ones = np.ones((1, length), np.int64)
            queries(ones, ones)
        return passages, queries

    def _plan(self, lengths: Sequence[int], budget: int) -> list[Batch]:
        return plan_few_shapes(lengths, budget)


def _run_of(core: openvino.Core, model: openvino.Model, threads: int) -> Run:
    """Compile the model for one kind of text: requests of one compiled model wait for each other.

    What is not int8 runs in bf16 where the processor has it, else in float32: OpenVINO's own choice.
    """
    options = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY"}
    request = core.compile_model(model, "CPU", options).create_infer_request()

    def run(ids: Ints, mask: Ints) -> Vectors:
        request.infer({"input_ids": ids, "attention_mask": mask}, share_inputs=True)
        return np.array(request.get_output_tensor(0).data, np.float32)  # a copy: the next run writes over it

    return run
