"""The locks hold what pyproject.toml asks for, each package by its hashes; after a change, `make lock`."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
GROUPS = PROJECT["dependency-groups"]
PINNED = re.compile(r"^([\w.-]+)==([^\s;]+)((?:[^\n]*\\\n)*[^\n]*)", re.MULTILINE)


def text_of(lock: str) -> str:
    return (ROOT / f"locks/{lock}.txt").read_text(encoding="utf-8")


def pinned(lock: str) -> dict[str, str]:
    """Versions by name; where platforms differ, the last."""
    return {canonicalize_name(name): version for name, version, _ in PINNED.findall(text_of(lock))}


def asked(extra: str) -> Iterator[Requirement]:
    for requirement in map(Requirement, EXTRAS[extra]):
        if requirement.name == "vigie":
            for other in requirement.extras:
                yield from asked(other)
        else:
            yield requirement


def wanted(lock: str) -> list[Requirement]:
    if lock == "build":
        return [*map(Requirement, [*GROUPS["build"], *PROJECT["build-system"]["requires"]])]
    groups = {"standalone": GROUPS["build"], "dev": [*GROUPS["build"], *GROUPS["dev"]], "images": []}
    extras = ("standalone", "keycloak", "s3") if lock == "images" else ("standalone",)
    own = [*PROJECT["project"]["dependencies"], *groups[lock]]
    return [*map(Requirement, own), *(requirement for extra in extras for requirement in asked(extra))]


@pytest.mark.parametrize("lock", ["standalone", "dev", "images", "build"])
def test_a_lock_holds_what_is_asked_for(lock: str) -> None:
    versions = pinned(lock)
    assert [
        str(each)
        for each in wanted(lock)
        if (version := versions.get(canonicalize_name(each.name))) is None or version not in each.specifier
    ] == []


@pytest.mark.parametrize("lock", ["standalone", "dev", "images", "build"])
def test_every_package_has_hashes_and_no_index_is_named(lock: str) -> None:
    found = PINNED.findall(text_of(lock))
    assert found
    assert [name for name, _, rest in found if "--hash=sha256:" not in rest] == []
    assert "://" not in text_of(lock)


def test_what_develops_has_the_versions_of_what_runs() -> None:
    assert pinned("standalone").items() - pinned("dev").items() == set()


def test_what_builds_has_the_versions_of_what_develops() -> None:
    assert pinned("build").items() - pinned("standalone").items() == set()


def test_images_have_the_versions_that_are_tested() -> None:
    assert pinned("images").items() - pinned("dev").items() - pinned("standalone").items() == set()
