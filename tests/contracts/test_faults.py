"""docs/faults.md names tests that there are, and each test of a fault in its row."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROWS = {
    int(number): row
    for number, row in re.findall(
        r"^\| (\d+) (\|.*)$", (ROOT / "docs/faults.md").read_text(encoding="utf-8"), re.MULTILINE
    )
}
NAMED = re.compile(r"`(tests/\S+\.py)::(test_\w+)`")


def defined() -> set[tuple[str, str]]:
    return {
        (str(path.relative_to(ROOT)), name)
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }


def test_every_row_names_tests_that_there_are() -> None:
    named = {number: set(NAMED.findall(row)) for number, row in ROWS.items()}
    assert all(named.values())
    assert set.union(*named.values()) <= defined()


def test_every_test_of_a_fault_stands_in_its_row() -> None:
    tests = {(int(number), name) for _, name in defined() for number in re.findall(r"^test_fault_(\d+)_", name)}
    assert tests
    assert [name for number, name in tests if name not in ROWS.get(number, "")] == []
