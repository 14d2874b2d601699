"""Scripts of others are what npm's packages hold, and nobody's edit of them."""

import base64
import hashlib
import tomllib

from services.web.http.assets import FOLDER

VENDOR = FOLDER / "vendor"


def test_each_script_of_others_is_the_one_that_is_named() -> None:
    named = tomllib.loads((VENDOR / "packages.toml").read_text(encoding="utf-8"))
    scripts = {file.name: file.read_bytes() for file in VENDOR.glob("*.js")}
    digests = {name: base64.b64encode(hashlib.sha512(text).digest()).decode() for name, text in scripts.items()}
    assert digests == {name: told["sha512"] for name, told in named.items()}


def test_each_package_comes_with_its_licence() -> None:
    named = tomllib.loads((VENDOR / "packages.toml").read_text(encoding="utf-8"))
    for package in {told["package"] for told in named.values()}:
        assert (VENDOR / f"{package}.LICENSE").is_file()
