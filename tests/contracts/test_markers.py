"""What `make unit` leaves out bears a mark: tests that start processes of ours, which takes seconds each."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
UNIT = ("services", "shared", "contracts")
STARTS = re.compile(
    r"(?:^\s*|\[)sys\.executable\b"
    r"|^from tests\.support\.(?:up|processes) import"
    r"|\b(?:ChildProcess|ChildPool|OnnxEngine)\(|\binstalled_model\(tmp_path\)",
    re.MULTILINE,
)
MARK = re.compile(r"pytest\.mark\.(?:processes|connected)\b")


def test_what_starts_processes_bears_the_mark() -> None:
    files = [path for folder in UNIT for path in (ROOT / "tests" / folder).rglob("test_*.py")]
    starting = [path for path in files if STARTS.search(path.read_text(encoding="utf-8"))]
    assert starting
    assert [path for path in starting if not MARK.search(path.read_text(encoding="utf-8"))] == []
