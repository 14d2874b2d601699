"""Files of the chart that say what the code says: `make docs` writes them again."""

import json

import pytest

from lab.chart import CHART, SETTINGS, files, settings
from shared.contracts.services import Service
from tests.contracts.test_reference import settings_classes

NAMES = ("topics.json", "settings.json", "alerts.yml", "realm-vigie.json")


@pytest.mark.parametrize("name", NAMES)
def test_what_is_committed_is_what_the_code_says(name: str) -> None:
    assert (CHART / "files" / name).read_text(encoding="utf-8") == files()[name], "run `make docs`"


def test_no_other_file_goes_along() -> None:
    there = {str(path.relative_to(CHART / "files")) for path in (CHART / "files").rglob("*") if path.is_file()}
    assert there == set(files())
    assert set(NAMES) < there


def test_every_process_has_its_settings() -> None:
    assert set(SETTINGS) == {*Service, "web", "topics"}
    known = settings()
    for process, classes in SETTINGS.items():
        for each in classes:
            prefix = str(each.model_config["env_prefix"])
            assert [name for name in known[process]["variables"] if name.startswith(prefix)], each
        assert set(known[process]["secrets"]) < set(known[process]["variables"])


def test_every_secret_is_known_as_one() -> None:
    secret = {name for process in settings().values() for name in process["secrets"]}
    fields = {
        f"{each.model_config['env_prefix']}{name}".upper()
        for each in settings_classes()
        for name, field in each.model_fields.items()
        if "SecretStr" in str(field.annotation)
    }
    assert fields < secret
    assert {"VIGIE_GATEWAY_DATABASE_URL", "VIGIE_WEB_SESSION_URL"} <= secret


def test_the_schema_takes_no_key_that_it_does_not_know() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
    open_objects = []

    def walk(place: str, node: object) -> None:
        if isinstance(node, dict):
            if "properties" in node and node.get("additionalProperties") is not False:
                open_objects.append(place)
            for key, value in node.items():
                walk(f"{place}/{key}", value)

    walk("", schema)
    assert not open_objects
