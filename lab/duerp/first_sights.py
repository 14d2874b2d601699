"""Figures of files that an author wrote with what is expected of each: what an import takes of them at first sight.

python -m lab.duerp.first_sights FOLDER      # NAME.xlsx, .ods, ... beside NAME.expected.json

Prints what differs by file, what is wrong in silence apart from what the report tells; ends with 1 where a file is
not as expected.
"""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.duerp.differences import Difference, differences
from services.standalone.duerp_import import preview
from shared.errors import InvalidInput

Json = Mapping[str, Any]
EXPECTED = ".expected.json"


@dataclass(frozen=True)
class Sight:
    """A file and how it differs from what is expected of it."""

    name: str
    differences: Sequence[Difference]


def files_of(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Yield files, each with what is expected of it."""
    for expected in sorted(folder.glob(f"*{EXPECTED}")):
        stem = expected.name.removesuffix(EXPECTED)
        yield next(each for each in folder.glob(f"{stem}.*") if each != expected), expected


def sight(file: Path, expected: Path) -> Sight:
    """Return how a file differs, read as `vigie duerp import --dry-run` reads it."""
    want: Json = json.loads(expected.read_text(encoding="utf-8"))
    try:
        found: Json = asyncio.run(preview(file))
    except InvalidInput as refused:
        return Sight(file.name, [Difference("told", None, f"refused: {refused}")])
    return Sight(file.name, list(differences(want, found)))


def _show(sights: Sequence[Sight]) -> None:
    for each in sights:
        print(f"{each.name}: {'as expected' if not each.differences else len(each.differences)}")
        for difference in each.differences:
            print(f"  {difference.kind:<8} {difference.where}{difference.words}")
    kinds = Counter(each.kind for sight in sights for each in sight.differences)
    right = sum(not each.differences for each in sights)
    silent = sum(any(each.kind == "silent" for each in sight.differences) for sight in sights)
    print(f"{right} of {len(sights)} files as expected, {silent} with something wrong in silence")
    print(f"{kinds['silent']} wrong in silence, {kinds['told']} told, {kinds['untold']} codes that the report lacks")


def main() -> int:
    sights = [sight(*each) for each in files_of(Path(sys.argv[1]))]
    _show(sights)
    return int(any(each.differences for each in sights))


if __name__ == "__main__":
    sys.exit(main())
