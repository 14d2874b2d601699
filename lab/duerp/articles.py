"""Make shared/duerp/importing/articles.txt: the numbers of the Code du travail's articles in force.

python -m lab.duerp.articles FOLDER      # the unpacked npm package @socialgouv/legi-data
"""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_FILE = "data/LEGITEXT000006072050.json"
_OUT = Path(__file__).parents[2] / "shared/duerp/importing/articles.txt"
_NUMBER = re.compile(r"([LRD])\*?(\d+)((?:-\d+)*)(?: ([A-Z]))?")


def main() -> None:
    folder = Path(sys.argv[1])
    code = json.loads((folder / _FILE).read_bytes())
    gone = ("ABROGE", "ANNULE")
    _OUT.write_text(compact(number for number, state in _articles(code) if state not in gone), encoding="utf-8")


def compact(numbers: Iterator[str]) -> str:
    """Return a line for each stem, as `R4412 1 2 3 93-1`."""
    by_stem: dict[str, list[str]] = defaultdict(list)
    for number in numbers:
        match = _NUMBER.fullmatch(number.strip())
        if match:
            letter = f"_{match[4]}" if match[4] else ""
            by_stem[match[1] + match[2]].append(match[3].lstrip("-") + letter or ".")
    lines = ["# Code du travail in force: @socialgouv/legi-data 2.513.0 (2026-03-27), by lab/duerp/articles.py"]
    lines += [f"{stem} {' '.join(_ranges(by_stem[stem]))}" for stem in sorted(by_stem)]
    return "\n".join(lines) + "\n"


def _ranges(ends: list[str]) -> Iterator[str]:
    """Yield ends, runs of plain numbers as `1:57`."""
    plain = sorted({int(end) for end in ends if end.isdecimal()})
    at = 0
    while at < len(plain):
        last = at
        while last + 1 < len(plain) and plain[last + 1] == plain[last] + 1:
            last += 1
        yield str(plain[at]) if last == at else f"{plain[at]}:{plain[last]}"
        at = last + 1
    yield from sorted({end for end in ends if not end.isdecimal()})


def _articles(node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if node["type"] == "article":
        yield node["data"].get("num") or "", node["data"].get("etat") or ""
    for child in node.get("children", []):
        yield from _articles(child)


if __name__ == "__main__":
    main()
