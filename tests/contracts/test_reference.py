"""The reference documents say what the code says: `make docs` writes them again."""

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

import services
import shared
from lab.reference import COMMAND, ROOT, SETTINGS, documents, openapi, variable
from shared.contracts.topics import TOPICS, all_names

DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return documents()


@pytest.mark.parametrize(
    "name", ["openapi.json", "routes.md", "asyncapi.json", "messages.md", "settings.md", "topics.md"]
)
def test_what_is_committed_is_what_the_code_says(name: str, made: dict[str, str]) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == made[name], "run `make docs`"


def test_they_are_the_same_on_every_machine(
    made: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("VIGIE_GATEWAY_PORT", "1234")
    monkeypatch.chdir(tmp_path)
    assert documents() == made
    assert not [name for name, text in made.items() if str(Path.home()) in text or str(ROOT) in text]


def test_every_setting_is_documented_with_its_meaning(made: dict[str, str]) -> None:
    assert set(settings_classes()) == set(SETTINGS.values())
    for settings in SETTINGS.values():
        for name, field in settings.model_fields.items():
            assert field.description, (settings, name)
            if not isinstance(field.annotation, type) or not issubclass(field.annotation, BaseSettings):
                assert f"| `{variable(settings, name)}` |" in made["settings.md"]


def test_every_variable_that_the_code_names_is_documented() -> None:
    known = {variable(settings, name) for settings in SETTINGS.values() for name in settings.model_fields} | set(
        COMMAND
    )
    prefixes = {str(settings.model_config["env_prefix"]) for settings in SETTINGS.values()}
    named = {name for path in python_files() for name in re.findall(r"VIGIE_[A-Z_]+", path.read_text(encoding="utf-8"))}
    assert not named - known - prefixes


def test_every_topic_is_documented_with_its_meaning(made: dict[str, str]) -> None:
    channels = json.loads(made["asyncapi.json"])["channels"]
    assert set(channels) == set(all_names())
    for topic in TOPICS:
        assert "__doc__" in vars(topic.message), topic.name
        assert f"| `{topic.name}` | {topic.message.__name__} |" in made["topics.md"]


def test_every_message_has_its_section_with_every_field_and_every_link_leads_to_one(made: dict[str, str]) -> None:
    page = made["messages.md"]
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    assert list(sections)[: len(TOPICS)] == [topic.message.__name__ for topic in TOPICS]
    for topic in TOPICS:
        fields = re.findall(r"^\| `(\w+)` \| ", sections[topic.message.__name__], re.MULTILINE)
        assert fields == list(topic.message.model_fields)
    assert {name.lower() for name in sections} >= set(re.findall(r"\]\(#(\w+)\)", page))


def test_every_operation_has_its_section_with_what_it_takes_and_gives(made: dict[str, str]) -> None:
    api, page = json.loads(made["openapi.json"]), made["routes.md"]
    sections = dict(re.findall(r"^### ([^\n]+)\n(.*?)(?=^##|\Z)", page, re.MULTILINE | re.DOTALL))
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            section = sections.pop(f"{method.upper()} {path}")
            taken = [each["name"] for each in operation.get("parameters", ())]
            assert re.findall(r"^\| `([^`]+)` \| (?:query|path|header)", section, re.MULTILINE) == taken
            assert re.findall(r"`(default|\d{3})`", section.partition("Answers: ")[2]) == list(operation["responses"])
    assert sections.keys() == api["components"]["schemas"].keys()
    for name, schema in api["components"]["schemas"].items():
        assert re.findall(r"^\| `([^`]+)` \| ", sections[name], re.MULTILINE) == list(schema.get("properties", {}))
    assert {name.lower() for name in sections} >= set(re.findall(r"\]\(#(\w+)\)", page))


def test_operations_have_names_of_their_own() -> None:
    ids = [operation["operationId"] for path in openapi()["paths"].values() for operation in path.values()]
    assert len(ids) == len(set(ids))


def python_files() -> Iterator[Path]:
    for folder in ("services", "shared"):
        yield from (ROOT / folder).rglob("*.py")


def settings_classes() -> Iterator[type[BaseSettings]]:
    """Every settings class of services/ and shared/."""
    for package in (services, shared):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.rsplit(".", 1)[-1] == "settings":
                for each in vars(importlib.import_module(module.name)).values():
                    if isinstance(each, type) and each.__module__ == module.name and issubclass(each, BaseSettings):
                        yield each
