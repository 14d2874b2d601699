"""Write a CycloneDX bill of materials of each image, from the locked wheels that its extras install.

python -m lab.sbom [FOLDER]      # `make sbom`; one file for each image, dist/sbom by default

cyclonedx-py names each package with its hashes; which packages an image has is told by their own metadata, which must
be installed (`make setup`). Compose and the chart choose the extras.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import requires
from pathlib import Path

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


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for image in IMAGES:
        (folder / f"vigie-{image}.cdx.json").write_text(bill(image), encoding="utf-8")
        print(folder / f"vigie-{image}.cdx.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist/sbom")
