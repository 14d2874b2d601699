"""What images install may be handed on: each package's licence is one that we chose to take, by its own metadata."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMES = sorted(set(re.findall(r"^([\w.-]+)==", (ROOT / "locks/images.txt").read_text(encoding="utf-8"), re.MULTILINE)))
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MIT-CMU", "PSF-2.0",
    "Zlib",
}  # fmt: skip
"""Permissive ones, by their SPDX names."""
WEAK = {
    "certifi": "MPL-2.0",  # a file of certificates, unchanged
    "jwcrypto": "LGPL-3.0-or-later",  # of python-keycloak, imported and unchanged, in the gateway's image alone
}
"""Copyleft of a file or a library, taken for one package each."""
SPOKEN = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""What older packages write instead."""
OF_OTHER_SYSTEMS = {"colorama"}
"""In the lock for Windows alone, so not here to be looked at."""


def told(name: str) -> str:
    """What a package says of its licence: the expression, else the classifiers, else the field."""
    found = metadata(name)
    expressions = found.get_all("License-Expression") or []
    classifiers = [
        each.split(" :: ")[-1] for each in found.get_all("Classifier") or [] if each.startswith("License ::")
    ]
    return " AND ".join(expressions or classifiers or found.get_all("License") or [])


def licences(name: str) -> set[str]:
    """The SPDX names in it; words that we do not know stay as they are."""
    spoken = re.sub(r", dependency licenses$", "", told(name)).replace(", ", " AND ")
    parts = [part.strip("() ") for part in re.split(r" AND | OR |; ", spoken)]
    return {SPOKEN[spoken]} if spoken in SPOKEN else {SPOKEN.get(part, part) for part in parts}


@pytest.mark.parametrize("name", NAMES)
def test_a_package_of_the_images_has_a_licence_that_we_take(name: str) -> None:
    if name in OF_OTHER_SYSTEMS:
        with pytest.raises(PackageNotFoundError):
            metadata(name)
        return
    assert licences(name) <= ALLOWED | {WEAK.get(name, "")}, told(name)


def test_what_is_taken_for_one_package_is_still_needed() -> None:
    assert {name: licences(name) for name in WEAK} == {name: {licence} for name, licence in WEAK.items()}


@pytest.mark.parametrize("words", ["GPL-3.0-only", "AGPL-3.0-or-later", "Proprietary", "", "MIT AND GPL-2.0-only"])
def test_others_would_be_refused(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "told", lambda _name: words)
    assert not licences("any") <= ALLOWED


def test_a_list_of_words_under_another_licence_is_handed_on_with_it() -> None:
    """CC BY-SA 4.0 asks for the authors, the changes, the licence's address, and that it stays the same licence."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    path = "shared/language/everyday.LICENSE"
    notice = (ROOT / path).read_text(encoding="utf-8")
    assert path in project["license-files"]
    assert "CC-BY-SA-4.0" in project["license"].split(" AND ")
    assert path in (ROOT / "README.md").read_text(encoding="utf-8")
    for each in ("Robyn Speer", "https://creativecommons.org/licenses/by-sa/4.0", "changed", "Zeke Sikelianos"):
        assert each in notice
