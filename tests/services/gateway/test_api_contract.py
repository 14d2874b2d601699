"""Requests that schemathesis makes of docs/openapi.json, on the embedded stack: each is answered as the document says.

`make fuzz` makes many of each.
"""

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis.strategies import sampled_from

from services.standalone.local_issuer import Person
from shared.access import Role
from tests.support.up import Up
from tests.support.warm_start import ROOT

pytestmark = pytest.mark.processes

EXAMPLES = int(os.environ.get("VIGIE_TEST_FUZZ_EXAMPLES", "3"))
SAID, OTHERWISE = "positive", "negative"
PEERS = {
    "an admin": Person("admin", units=("UMR1",), roles=(Role.ADMIN,)),
    "a reader of another unit": Person("lecteur", units=("UMR2",)),
    "an assistant": Person("alice", units=("UMR1",), roles=(Role.PREVENTION_ASSISTANT,)),
}
ACCEPTED = ["2xx", "401", "403", "404", "409"]
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429"]
"""A text that is too long may make a body that is too large."""
BEYOND_A_SCHEMA = {
    "POST /v1/documents": ["413", "415", "422"],  # what is in a file
    "PATCH /v1/documents/{document_id}": ["422"],  # which characters print
    "PATCH /v1/conversations/{conversation_id}": ["422"],  # which characters print
    "POST /v1/documents/{document_id}/rechunk": ["422"],  # which parameters a chunking has
    "POST /v1/questions": ["422"],  # which characters print, which backends there are
    "POST /v1/chat/completions": ["400"],  # who says the last word
    "POST /v1/embedding": ["422"],  # which characters print
    "GET /v1/duerp/{unit}/extract": ["422"],  # which characters print
    "GET /v1/duerp/{unit}/work-units/{work_unit}/sheet": ["422"],  # which formats are printed
}
"""What may be refused though it is as the document says, since no schema tells the rule."""
OF_A_DUERP = ["412", "422", "428"]
"""There also: which characters print, what a reference leads to, which revision is the newest. Writes of what is there
are held against the document by `test_whom_an_operation_answers_to_may_do_it` of test_others_data.py."""


def can_be_wrong(operation: Mapping[str, Any]) -> bool:
    """Whether a request may differ from what is said of it: by its body, or a parameter that is not just any text."""
    anything = {"type": "string"}
    told = [each["schema"] for each in operation.get("parameters", ())]
    rules = [{name: rule for name, rule in each.items() if name not in {"title", "description"}} for each in told]
    return "requestBody" in operation or any(each != anything for each in rules)


DOCUMENT = json.loads((ROOT / "docs" / "openapi.json").read_text())
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, found in DOCUMENT["paths"].items()
    for method, operation in found.items()
}
ASKED = [
    (name, mode)
    for name, operation in OPERATIONS.items()
    for mode in (SAID, OTHERWISE)
    if mode == SAID or can_be_wrong(operation)
]


@pytest.fixture(scope="module")
def strategies() -> Mapping[str, Any]:
    """The operations as schemathesis has them; it is imported where it is used, which takes seconds."""
    import schemathesis
    from schemathesis.config import SchemathesisConfig
    from schemathesis.core.result import Ok

    overrides = [
        {"include-name": name, "checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED + more}}}
        for name, more in beyond_a_schema().items()
    ]
    generation = {
        "allow-x00": False,  # no text has NUL, wherever it stands
        # Each request bears a peer's token. A fuzzer that believes it has left that out would call a request wrong
        # which is right: only its unknown query parameter is left, and those are passed over.
        "with-security-parameters": False,
    }
    checks = {
        "positive_data_acceptance": {"expected-statuses": ACCEPTED},
        "negative_data_rejection": {"expected-statuses": REFUSED},
    }
    config = SchemathesisConfig.from_dict({"generation": generation, "checks": checks, "operations": overrides})
    found = schemathesis.openapi.from_dict(DOCUMENT, config=config).get_all_operations()
    return {each.ok().label: each.ok() for each in found if isinstance(each, Ok)}


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    up = Up(tmp_path_factory.mktemp("contract") / "data")
    up.start()
    yield up
    up.stop()


@pytest.mark.parametrize(("name", "mode"), ASKED)
def test_requests_are_answered_as_the_document_says(
    up: Up, strategies: Mapping[str, Any], name: str, mode: str
) -> None:
    from schemathesis import Case, GenerationMode

    @settings(
        max_examples=EXAMPLES,
        derandomize="VIGIE_TEST_FUZZ_EXAMPLES" not in os.environ,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategies[name].as_strategy(generation_mode=GenerationMode(mode)), peer=sampled_from(sorted(PEERS)))
    def asked(case: Case[Any], peer: str) -> None:
        if mode == SAID:
            case.query.pop("after", None)  # a place in a list is a word that a page gave
            if "unit" in case.path_parameters:
                case.path_parameters["unit"] = "UMR1"
            assume(case.operation.path != "/v1/embedding" or takes_no_engine(case.body))
        headers = {"Authorization": f"Bearer {up.issuer.token(PEERS[peer])}"}
        case.call_and_validate(base_url=up.url, headers=headers, timeout=20)

    asked()


def beyond_a_schema() -> Mapping[str, list[str]]:
    changes = [name for name in OPERATIONS if "/v1/duerp/" in name and not name.startswith("GET ")]
    return BEYOND_A_SCHEMA | dict.fromkeys(changes, OF_A_DUERP)


def takes_no_engine(body: object) -> bool:
    """Whether a request starts nothing dear, and nothing at the address of somebody."""
    return not isinstance(body, dict) or str(body.get("model")).startswith("hashing")


def test_every_operation_is_asked(strategies: Mapping[str, Any]) -> None:
    assert len(OPERATIONS) > 25
    assert set(strategies) == set(OPERATIONS)
    assert set(BEYOND_A_SCHEMA) <= set(OPERATIONS)


def test_no_parameter_is_null() -> None:
    """What is sent in an address or a head is text: `null` would be four letters of it."""
    parameters = [each for operation in OPERATIONS.values() for each in operation.get("parameters", ())]
    assert len(parameters) > 100
    assert not [each for each in parameters if '"null"' in json.dumps(each)]
