"""The generation backends of a deployment: who may write answers, where, from what, and how many at once.

Declared in one TOML file (VIGIE_BACKENDS_FILE) that the gateway reads to list and to refuse early, the generator to
build its adapters. `${NAME}` in a value stands for an environment variable: keys stay out of the file.

    [backends.vllm]
    kind = "openai"
    address = "http://vllm:8000/v1"
    model = "mistral-small"
    classes = ["public", "internal", "confidential"]
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from shared.contracts.confidentiality import Confidentiality
from shared.errors import BackendNotAllowed, UnknownBackend
from shared.settings import BackendSettings

EXTRACTIVE = "extractive"
"""The backend that is always there: it quotes, within the process, and may see everything."""

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_LONGEST_NAME_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a kind of model server has where; paths follow the backend's `address`.

    Attributes:
        models_path: lists its models, as JSON.
        models_field: of that JSON, the list.
        name_field: of an item of the list, the model's name.
        chat_path: OpenAI-compatible chat completions.
    """

    models_path: str
    models_field: str
    name_field: str
    chat_path: str


DIALECTS: Mapping[str, Dialect] = {
    "openai": Dialect("/models", "data", "id", "/chat/completions"),
    "ollama": Dialect("/api/tags", "models", "name", "/v1/chat/completions"),
}
"""By kind of backend. A new kind is a row here, and an adapter in services/generator with its row in app.py."""

_KINDS = (EXTRACTIVE, *DIALECTS)


class Timeouts(BaseModel):
    """Seconds. `first_token` counts from the request, once a slot is free; `total` ends what still trickles."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    connect: float = Field(default=3, gt=0)
    first_token: float = Field(default=15, gt=0)
    between_tokens: float = Field(default=10, gt=0)
    total: float = Field(default=45, gt=0)


class BackendConfig(BaseModel):
    """One backend.

    Attributes:
        kind: `extractive`, or one of DIALECTS.
        address: base URL, with the `/v1` of an OpenAI-compatible server; without a path for Ollama.
        context_tokens: what prompt and answer may take together.
        classes: confidentiality classes that it may see; what leaves the institute's servers sees `public` alone.
        output: `json` asks for JSON by a schema; `text` for servers that cannot: plain text with markers.
        slots: answers that it writes at once; `queue` more wait for a slot, and past that a question fails.
        failures: consecutive ones after which nobody asks it any more, for `pause_s` seconds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
    kind: str
    address: str = Field(default="", pattern=r"^(https?://[^/@?#\s]+(/[^?#\s]*)?)?$")
    model: str = Field(default="", max_length=200)
    api_key: SecretStr | None = None
    classes: frozenset[Confidentiality] = frozenset({Confidentiality.PUBLIC})
    context_tokens: int = Field(default=8192, ge=1024)
    max_output_tokens: int = Field(default=700, ge=32)
    temperature: float = Field(default=0, ge=0, le=2)
    output: Literal["json", "text"] = "json"
    timeouts: Timeouts = Timeouts()
    slots: int = Field(default=4, ge=1, le=1000)
    queue: int = Field(default=16, ge=0, le=10_000)
    failures: int = Field(default=3, ge=1)
    pause_s: float = Field(default=30, gt=0)

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind not in _KINDS:
            raise ValueError(f"is none of {', '.join(_KINDS)}")
        return kind

    @field_validator("address")
    @classmethod
    def _without_slash(cls, address: str) -> str:
        return address.rstrip("/")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.generates and not (self.address and self.model):
            raise ValueError("a backend that writes needs an address and a model")
        if self.max_output_tokens * 2 > self.context_tokens:
            raise ValueError("max_output_tokens must leave half of context_tokens to the passages")
        return self

    @property
    def generates(self) -> bool:
        """Whether a model writes its answers; otherwise they are quotes."""
        return self.kind in DIALECTS

    @property
    def dialect(self) -> Dialect:
        """Return what its server has where.

        Raises:
            KeyError: it has no server (see `generates`).
        """
        return DIALECTS[self.kind]

    @property
    def authorization(self) -> dict[str, str]:
        """The header that lets requests in; empty without a key."""
        return {} if self.api_key is None else {"authorization": f"Bearer {self.api_key.get_secret_value()}"}

    def may_see(self, confidentiality: Confidentiality) -> bool:
        return confidentiality in self.classes


_QUOTES = BackendConfig(name=EXTRACTIVE, kind=EXTRACTIVE, classes=frozenset(Confidentiality))


class Registry(BaseModel):
    """All backends, the quoting one first; `default` is taken where neither a question nor an assistant names one."""

    model_config = ConfigDict(frozen=True)

    backends: tuple[BackendConfig, ...] = (_QUOTES,)
    default: str = EXTRACTIVE

    def named(self, name: str) -> BackendConfig:
        """Return the backend of this name.

        Raises:
            UnknownBackend: there is none.
        """
        for backend in self.backends:
            if backend.name == name:
                return backend
        known = ", ".join(backend.name for backend in self.backends)
        raise UnknownBackend(backend=name[:_LONGEST_NAME_SHOWN], known=known)

    def choose(self, wanted: str | None, usual: str | None, confidentiality: Confidentiality) -> str:
        """Return the backend that writes: what a person wants, else the assistant's `usual` one, else the default.

        Only a person's own choice is refused for the class: the others fall back to quotes, and the answer says so.

        Raises:
            UnknownBackend: nobody has the name.
            BackendNotAllowed: the one that the person names may not see the question.
        """
        if wanted is None:
            return usual or self.default
        backend = self.named(wanted)
        if not backend.may_see(confidentiality):
            raise BackendNotAllowed(backend=wanted, confidentiality=str(confidentiality))
        return wanted


def load_registry(settings: BackendSettings, environment: Mapping[str, str] = os.environ) -> Registry:
    """Read the backends of the file, beside the quoting one.

    Raises:
        ValueError: the file cannot be used; the message says where, and shows no value.
        OSError: it cannot be read.
    """
    backends = [_QUOTES]
    if settings.file is not None:
        backends += _declared(settings.file.read_text(encoding="utf-8"), environment)
    registry = Registry(backends=tuple(backends), default=settings.default)
    try:
        registry.named(registry.default)
    except UnknownBackend as error:
        raise ValueError(f"VIGIE_BACKENDS_DEFAULT names no backend: {error}") from error
    return registry


def _declared(text: str, environment: Mapping[str, str]) -> list[BackendConfig]:
    tables = tomllib.loads(text).get("backends", {})
    if EXTRACTIVE in tables:
        raise ValueError(f"the backend {EXTRACTIVE} is always there and cannot be declared")
    backends = []
    for name, table in tables.items():
        try:
            backends.append(BackendConfig.model_validate({"name": name, **_filled(table, environment)}))
        except ValidationError as error:
            first = error.errors(include_input=False, include_context=False)[0]
            where = ".".join(str(part) for part in ("backends", name, *first["loc"]))
            raise ValueError(f"{where}: {first['msg']}") from None  # the cause would show the values, keys among them
    return backends


def _filled(value: Any, environment: Mapping[str, str]) -> Any:
    """Replace `${NAME}` in the strings of a value."""
    if isinstance(value, dict):
        return {key: _filled(each, environment) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, environment) for each in value]
    if not isinstance(value, str):
        return value

    def variable(match: re.Match[str]) -> str:
        if match[1] not in environment:
            raise ValueError(f"the environment has no {match[1]}, which the backends' file names")
        return environment[match[1]]

    return _VARIABLE.sub(variable, value)
