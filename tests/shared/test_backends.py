"""The backends of a deployment: declared in a file, chosen by name, kept from what they may not see."""

from pathlib import Path

import pytest

from shared.contracts.backends import EXTRACTIVE, Registry, load_registry
from shared.contracts.confidentiality import Confidentiality
from shared.errors import BackendNotAllowed, UnknownBackend
from shared.settings import BackendSettings

FILE = """
[backends.vllm]
kind = "openai"
address = "http://vllm:8000/v1/"
model = "mistral-small"
classes = ["public", "internal", "confidential"]

[backends.mistral]
kind = "openai"
address = "https://api.example.org/v1"
model = "large"
api_key = "${MISTRAL_KEY}"
timeouts = { first_token = 2.5 }
"""


def registry(tmp_path: Path, text: str = FILE, default: str = EXTRACTIVE, **environment: str) -> Registry:
    path = tmp_path / "backends.toml"
    path.write_text(text, encoding="utf-8")
    return load_registry(BackendSettings(file=path, default=default), {"MISTRAL_KEY": "s3cret", **environment})


def test_the_quoting_backend_is_always_there_and_sees_everything() -> None:
    found = load_registry(BackendSettings())
    assert [backend.name for backend in found.backends] == [EXTRACTIVE]
    assert found.named(EXTRACTIVE).classes == frozenset(Confidentiality)


def test_several_are_declared_with_keys_from_the_environment(tmp_path: Path) -> None:
    found = registry(tmp_path, default="vllm")
    assert [backend.name for backend in found.backends] == [EXTRACTIVE, "vllm", "mistral"]
    assert found.named("vllm").address == "http://vllm:8000/v1"
    mistral = found.named("mistral")
    assert mistral.api_key is not None
    assert mistral.api_key.get_secret_value() == "s3cret"
    assert mistral.timeouts.first_token == 2.5
    assert "s3cret" not in repr(found) + found.model_dump_json()


def test_a_backend_sees_public_text_alone_unless_more_is_declared(tmp_path: Path) -> None:
    mistral = registry(tmp_path).named("mistral")
    assert [each for each in Confidentiality if mistral.may_see(each)] == [Confidentiality.PUBLIC]


def test_who_writes(tmp_path: Path) -> None:
    found = registry(tmp_path, default="vllm")
    confidential, public = Confidentiality.CONFIDENTIAL, Confidentiality.PUBLIC
    assert found.choose(None, None, confidential) == "vllm"
    assert found.choose(None, "mistral", confidential) == "mistral"  # falls back to quotes, and says so
    assert found.choose("mistral", None, public) == "mistral"
    with pytest.raises(BackendNotAllowed):
        found.choose("mistral", None, confidential)
    with pytest.raises(UnknownBackend) as unknown:
        found.choose("oracle", None, public)
    assert unknown.value.params["known"] == "extractive, vllm, mistral"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[backends.a]\nkind = "openai"\nmodel = "m"', "needs an address and a model"),
        ('[backends.a]\nkind = "openai"\naddress = "ftp://x"\nmodel = "m"', "backends.a.address"),
        ('[backends.a]\nkind = "openai"\naddress = "http://u:s3cret@x"\nmodel = "m"', "backends.a.address"),
        ('[backends.a]\nkind = "oracle"', "backends.a.kind"),
        ('[backends.a]\nkind = "openai"\nslot = 3', "backends.a.slot"),
        (
            '[backends.a]\nkind = "openai"\naddress = "http://x"\nmodel = "m"\nclasses = ["secret"]',
            "backends.a.classes",
        ),
        ('[backends.a]\nkind = "openai"\napi_key = "${NOT_SET}"', "no NOT_SET"),
        ('[backends.extractive]\nkind = "openai"', "always there"),
        (
            '[backends.a]\nkind = "openai"\naddress = "http://x"\nmodel = "m"\nmax_output_tokens = 8000',
            "max_output_tokens",
        ),
    ],
)
def test_a_mistake_in_the_file_is_named_without_its_value(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as error:
        registry(tmp_path, text)
    assert "s3cret" not in str(error.value)


def test_a_default_that_nobody_declared_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="VIGIE_BACKENDS_DEFAULT"):
        registry(tmp_path, default="oracle")
