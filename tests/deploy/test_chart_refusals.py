"""Values that contradict each other are refused with a sentence that names the key."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.helm import CHART, HELM, KUBERNETES, REASON, helm, template, values_file

pytestmark = [pytest.mark.connected, pytest.mark.skipif(not HELM, reason=REASON)]

EACH_ITS_OWN = [
    f"kafka.accounts.{service}.secret={service}"
    for service in ("gateway", "ingest", "embedder", "retriever", "generator", "topics")
]
REFUSED = [
    # unknown keys, and secrets in clear: no key takes one
    ("minimal", ["kafka.sasl.password=hunter2"], "'/kafka': additional properties 'sasl' not allowed"),
    ("minimal", ["gatewya.replicas=2"], "additional properties 'gatewya' not allowed"),
    ("minimal", ["database.password=hunter2"], "'/database': additional properties 'password' not allowed"),
    ("minimal", ["database.url=postgresql+asyncpg://vigie:hunter2@db/v"], "'/database/url': got string"),
    ("minimal", ["vllm.apiKey.value=hunter2"], "'/vllm/apiKey': additional properties 'value' not allowed"),
    ("minimal", ["gateway.env.VIGIE_GATEWAY_DATABASE_URL=x"], "gateway.env.VIGIE_GATEWAY_DATABASE_URL would be"),
    ("minimal", ["ingest.env.VIGIE_EVENTS_KEY=hunter2"], "ingest.env.VIGIE_EVENTS_KEY would be a secret in clear"),
    ("minimal", ["web.env.OTEL_EXPORTER_OTLP_HEADERS=t"], "web.env.OTEL_EXPORTER_OTLP_HEADERS would be a secret"),
    ("production", ["backends.list.institute.api_key=hunter2"], "backends.list.institute.api_key is a secret in clear"),
    ("production", ["backends.list.institute.api_key=${OTHER}"], "backends.keys.OTHER must name the Secret"),
    ("production", ["identity.issuer=https://login.example.org"], "'/identity/issuer'"),
    ("production", ["identity.issuer=https://a:hunter2@x/realms/r"], "identity.issuer holds a secret in clear"),
    ("production", ["identity.insideUrl=http://a:hunter2@x/realms/r"], "identity.insideUrl holds a secret in clear"),
    ("production", ["backends.list.institute.address=https://a:hunter2@x/v1"],
     "backends.list.institute.address holds a secret in clear"),
    ("production", ["backends.list.institute.address=https://x/v1?api_key=hunter2"],
     "backends.list.institute.address holds a secret in clear"),
    ("production", ["backends.list.institute.address=https://x/v1?region=eu"], "address takes no query"),
    ("minimal", ["embedding.backend=openai:e5@https://a:hunter2@x/v1"], "embedding.backend holds a secret in clear"),
    ("minimal", ["ingest.env.OTEL_EXPORTER_OTLP_ENDPOINT=http://a:hunter2@x"],
     "ingest.env.OTEL_EXPORTER_OTLP_ENDPOINT holds a secret in clear"),
    ("gpu", ["vllm.args={--api-key=hunter2}"], "vllm.args.0 would be a secret in clear"),
    ("gpu", ["vllm.args={--seed=1,--api_key,hunter2}"], "vllm.args.1 would be a secret in clear"),
    ("gpu", ["vllm.args={--api-k=hunter2}"], "vllm.args.0 would be a secret in clear"),  # argparse takes the beginning
    ("gpu", ["vllm.args={--hf-token=hunter2}"], "vllm.args.0 would be a secret in clear"),
    ("gpu", ["vllm.args={--ssl-keyfile-password=hunter2}"], "vllm.args.0 would be a secret in clear"),
    # variables that the service does not read
    ("minimal", ["ingest.env.VIGIE_GATEWAY_PORT=1"], "ingest.env.VIGIE_GATEWAY_PORT is no setting of this service"),
    ("minimal", ["web.secretEnv.VIGIE_WEB_TYPO.secret=s", "web.secretEnv.VIGIE_WEB_TYPO.key=k"],
     "web.secretEnv.VIGIE_WEB_TYPO is no setting"),
    ("minimal", ["topicsJob.env.VIGIE_WEB_PORT=1"], "topicsJob.env.VIGIE_WEB_PORT is no setting"),
    # replicas
    ("minimal", ["embedder.replicas=7"], "embedder.replicas (7) is above topics.partitions (6)"),
    ("production", ["ingest.keda.maxReplicas=7"], "ingest.keda.maxReplicas (7) is above topics.partitions (6)"),
    ("production", ["topics.partitions=3"], "is above topics.partitions (3)"),
    ("production", ["generator.hpa.enabled=true"], "generator.hpa.enabled and generator.keda.enabled exclude"),
    ("production", ["gateway.keda.enabled=true"], "'/gateway': additional properties 'keda' not allowed"),
    ("production", ["gateway.hpa.minReplicas=9"], "gateway.hpa.minReplicas (9) is above its maxReplicas (6)"),
    ("production", ["embedder.keda.minReplicas=5", "embedder.keda.maxReplicas=4"], "embedder.keda.minReplicas (5)"),
    ("minimal", ["retriever.replicas=2"], "retriever.replicas must be 1"),
    ("minimal", ["web.replicas=0"], "'/web/replicas': minimum: got 0, want 1"),
    # Kafka
    ("minimal", ["kafka.bootstrapServers="], "kafka.bootstrapServers must be given"),
    ("minimal", ["kafka.bootstrapServers=kafka"], "'/kafka/bootstrapServers'"),
    ("minimal", ["kafka.securityProtocol=SASL_SSL"], "needs kafka.account.secret, or kafka.accounts.gateway"),
    ("minimal", ["kafka.account.secret=s"], "kafka.account and kafka.accounts need kafka.securityProtocol SASL_SSL"),
    ("minimal", ["topics.minInsyncReplicas=2"], "topics.minInsyncReplicas (2) is above topics.replication (1)"),
    ("minimal", ["events.encrypt=true"], "events.encrypt needs events.key.secret"),
    ("minimal", ["strimzi.topics=true"], "topics.apply and strimzi.topics exclude each other"),
    ("ha", ["strimzi.cluster="], "strimzi.cluster must name the Kafka resource"),
    ("ha", ["strimzi.namespace=kafka"], "kafka.accounts.gateway must name a copy"),
    ("ha", ["kafka.saslMechanism=PLAIN"], "strimzi.users needs kafka.saslMechanism SCRAM-SHA-512"),
    ("production", ["kafka.account.secret=", *EACH_ITS_OWN], "ingest.keda.enabled needs kafka.accounts.keda"),
    # where things are
    ("minimal", ["objects.claim="], "objects.s3.url or objects.claim must say"),
    ("minimal", ["objects.s3.url=s3://vigie/o"], "objects.s3.url and objects.claim exclude each other"),
    ("minimal", ["index.kind=qdrant"], "index.qdrant.url must name the Qdrant server"),
    ("minimal", ["index.kind=files"], "'/index/kind': value must be one of"),
    ("minimal", ["hosts.api=pages.example.org"], "hosts.pages and hosts.api must be two names"),
    ("production", ["gatewayApi.enabled=true"], "ingress.enabled and gatewayApi.enabled exclude each other"),
    ("ha", ["gatewayApi.parentRefs=null"], "gatewayApi.parentRefs"),
    # time and models
    ("minimal", ["kafka.gracefulTimeoutSeconds=60"], "gateway.terminationGracePeriodSeconds (45) must be 75 at least"),
    ("minimal", ["ingest.terminationGracePeriodSeconds=20"], "ingest.terminationGracePeriodSeconds (20) must be 30"),
    ("gpu", ["vllm.model="], "vllm.model must name the model"),
    ("gpu", ["vllm.slots=9"], "vllm.slots (9) times 2 generators is above vllm.maxNumSeqs (16)"),
    ("gpu", ["ollama.parallel=1"], "ollama.slots (1) times 2 generators is above ollama.parallel (1)"),
    ("minimal", ["backends.default=vllm"], "backends.default (vllm) is none of extractive"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "settings", "sentence"), REFUSED, ids=lambda value: str(value)[:60])
def test_it_is_refused_by_its_name(values: str, settings: list[str], sentence: str) -> None:
    done = template(values, *settings)
    assert done.returncode != 0
    assert sentence in done.stderr
    assert "hunter2" not in done.stderr


@pytest.mark.parametrize("values", ["minimal", "production", "gpu", "ha"])
def test_the_neighbouring_values_are_taken(values: str) -> None:
    for settings in (["topics.partitions=12"], ["web.replicas=9"], ["ingest.env.VIGIE_INGEST_MAX_CHARS=1200"]):
        done = template(values, *settings)
        assert done.returncode == 0, done.stderr


def test_arguments_that_only_sound_like_secrets_are_taken() -> None:
    harmless = "--max-num-batched-tokens=8192,--tokenizer=/cache/t,--ssl-keyfile=/cache/key.pem,--trust-remote-code"
    done = template("gpu", f"vllm.args={{{harmless}}}")
    assert done.returncode == 0, done.stderr


def holding(schema: dict[str, Any], canary: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield each place of the values that takes a text of no list, and values that have the canary there alone."""
    schema = DEFS[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    if "string" in schema.get("type", ()) and "enum" not in schema:
        yield (), canary
    properties = schema.get("properties", {})
    others = {
        name: properties[name].get("enum", ["https://other"])[0]
        for name in schema.get("required", ())
        if name in properties
    }
    for name, each in properties.items():
        for path, value in holding(each, canary):
            yield (name, *path), others | {name: value}
    if isinstance(further := schema.get("additionalProperties"), dict):
        name = schema.get("propertyNames", {}).get("enum", ["OTHER"])[0]
        for path, value in holding(further, canary):
            yield (name, *path), {name: value}
    if "items" in schema:
        for path, value in holding(schema["items"], canary):
            yield ("0", *path), [value]


SCHEMA: dict[str, Any] = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
DEFS: dict[str, Any] = SCHEMA["$defs"]
LIKE_OTHERS = {"web", "embedder", "retriever", "generator", "topicsJob"}
"""Services whose values have the schema of the gateway's or of ingest's."""
PLACES = [each for each in holding(SCHEMA, "https://a:hunter2@x/realms/r") if each[0][0] not in LIKE_OTHERS]


def with_values(values: object, folder: Path) -> "subprocess.CompletedProcess[str]":
    file = folder / "values.json"
    file.write_text(json.dumps(values), encoding="utf-8")
    return helm("template", "trial", CHART, "--kube-version", KUBERNETES,
                "--values", values_file("gpu"), "--values", file)  # fmt: skip


@pytest.mark.parametrize(("path", "values"), PLACES, ids=[".".join(path) for path, _ in PLACES])
def test_no_key_takes_an_address_with_a_password(path: tuple[str, ...], values: object, tmp_path: Path) -> None:
    done = with_values(values, tmp_path)
    assert done.returncode != 0
    assert f"{'.'.join(path)} holds a secret in clear" in done.stderr or f"'/{'/'.join(path)}'" in done.stderr


@pytest.mark.parametrize("secret", [
    "-----BEGIN OPENSSH PRIVATE KEY-----", "hf_AbCdEfGhIjKlMnOpQr", "sk-proj-AbCdEfGhIjKl", "glpat-AbCdEfGhIjKl_1",
    'proxy_set_header Authorization "Bearer AbCdEfGh";', "http://x/?access_token=AbCdEfGh",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln",
])  # fmt: skip
def test_no_key_takes_what_looks_like_a_secret(secret: str, tmp_path: Path) -> None:
    for values, path in (
        ({"ingress": {"annotations": {"note": secret}}}, "ingress.annotations.note"),
        ({"gateway": {"affinity": {"a": [{"b": secret}]}}}, "gateway.affinity.a.0.b"),
    ):
        done = with_values(values, tmp_path)
        assert done.returncode != 0
        assert f"{path} holds a secret in clear" in done.stderr
        assert secret not in done.stderr
