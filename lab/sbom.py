"""Write a CycloneDX bill of materials of each image, from the locked wheels that its extras install.

python -m lab.sbom [FOLDER] [--debian LISTS]     # `make sbom`; one file for each image, dist/sbom by default

cyclonedx-py names each package with its hashes; which packages an image has is told by their own metadata, which must
be installed (`make setup`). Compose and the chart choose the extras. What an image has of Debian (its base, tesseract,
openssl) only the image itself tells: LISTS is where `.ci/images` wrote that, `<image>.tsv` of dpkg-query's lines.
"""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import requires
from pathlib import Path
from typing import Any
from urllib.parse import quote

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "locks/images.txt"
IMAGES = {
    "gateway": "gateway,keycloak,s3",
    "ingest": "ingest,s3",
    "embedder": "embedder,s3",
    "retriever": "retriever,s3",
    "generator": "generator,s3",
    "web": "web",
    "standalone": "standalone,s3",
}
"""Extras by image: what compose builds, with those that reach a bucket."""


def packages(extras: str) -> set[str]:
    """Return the names of all packages that these extras of Vigie install on this machine."""
    found: set[tuple[str, str]] = set()
    left = [("vigie", extra) for extra in ("", *extras.split(","))]
    while left:
        if (each := left.pop()) not in found:
            found.add(each)
            left += _required(*each)
    return {name for name, _ in found} - {"vigie"}


@cache
def _requirements(name: str) -> list[Requirement]:
    return [Requirement(line) for line in requires(name) or ()]


def _required(name: str, extra: str) -> Iterator[tuple[str, str]]:
    for required in _requirements(name):
        if required.marker is None or required.marker.evaluate({"extra": extra}):
            yield from ((canonicalize_name(required.name), each) for each in ("", *required.extras))


@cache
def locked() -> dict[str, str]:
    """Return the lines of the lock by package: its version and its hashes."""
    blocks = re.split(r"^(?=\S)", LOCK.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {canonicalize_name(block.partition("==")[0]): block for block in blocks if "==" in block}


def bill(image: str) -> str:
    """Return the bill of an image, CycloneDX 1.6 as JSON; the same for the same lock."""
    lines = locked()
    requirements = "".join(lines[name] for name in sorted(packages(IMAGES[image])))
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", "-", "--pyproject", "pyproject.toml"]
    options = ["--output-reproducible", "--spec-version", "1.6", "--mc-type", "application"]
    done = subprocess.run(  # noqa: S603 (a tool of ours)
        [*command, *options], cwd=ROOT, input=requirements, capture_output=True, text=True, check=True
    )
    return done.stdout


def debian(lines: str) -> list[dict[str, Any]]:
    """Return the components of dpkg-query's lines: package, version and architecture, with tabs between.

    Source: the Package URL specification, type `deb`.
    """
    return [
        {
            "type": "library",
            "bom-ref": f"deb-{name}-{architecture}",
            "name": name,
            "version": version,
            "purl": f"pkg:deb/debian/{name}@{quote(version, safe='')}?arch={architecture}",
        }
        for name, version, architecture in (line.split("\t") for line in lines.splitlines())
    ]


def with_debian(text: str, lines: str) -> str:
    """Return a bill with what the image has of Debian too."""
    told = json.loads(text)
    told["components"] += debian(lines)
    return json.dumps(told, indent=2, sort_keys=True) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m lab.sbom", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "dist/sbom")
    parser.add_argument("--debian", type=Path, help="folder of dpkg-query's lines, of all images")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for image in IMAGES:
        text = bill(image)
        if given.debian is not None:
            text = with_debian(text, (given.debian / f"{image}.tsv").read_text(encoding="utf-8"))
        (given.folder / f"vigie-{image}.cdx.json").write_text(text, encoding="utf-8")
        print(given.folder / f"vigie-{image}.cdx.json")


if __name__ == "__main__":
    main()
