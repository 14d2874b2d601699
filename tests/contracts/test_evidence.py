"""docs/faults.md and docs/security.md name tests that there are, and each test of a row stands in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEST_NAMED = re.compile(r"`(tests/\S+\.py)::(test_\w+)`")


@dataclass(frozen=True)
class Document:
    """A table whose first column is a number, and how the name of a test tells which rows it belongs to.

    Attributes:
        mark: what stands before the number in the table, and in small letters in the names of tests.
        named: finds a test's numbers at the beginning of its name.
    """

    path: str
    mark: str
    named: re.Pattern[str]

    def rows(self) -> dict[int, str]:
        text = (ROOT / self.path).read_text(encoding="utf-8")
        found = re.findall(rf"^\| {self.mark}(\d+) (\|.*)$", text, re.MULTILINE)
        assert len({number for number, _ in found}) == len(found)
        return {int(number): row for number, row in found}

    def numbers(self, test: str) -> Iterator[int]:
        """`test_s1_s7_...` belongs to two rows, `test_s1_to_s6_...` to six."""
        if (found := self.named.match(test)) is None:
            return
        former = 0
        for upto, number in re.findall(rf"(to_)?{self.mark.lower()}(\d+)", found[1]):
            yield from range(former + 1 if upto else int(number), int(number) + 1)
            former = int(number)


FAULTS = Document("docs/faults.md", "", re.compile(r"test_(?:fault_)?(\d+(?:_\d+)*)_"))
SECURITY = Document("docs/security.md", "S", re.compile(r"test_(s\d+(?:_(?:to_)?s\d+)*)_"))
both = pytest.mark.parametrize("document", [FAULTS, SECURITY], ids=lambda document: document.path)


def defined() -> set[tuple[str, str]]:
    return {
        (str(path.relative_to(ROOT)), name)
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }


@both
def test_every_row_names_tests_that_there_are_or_says_not_yet(document: Document) -> None:
    named = {number: set(TEST_NAMED.findall(row)) for number, row in document.rows().items()}
    assert [number for number, row in document.rows().items() if not named[number] and "Not yet" not in row] == []
    assert set.union(*named.values()) - defined() == set()


@both
def test_every_test_of_a_row_stands_in_it(document: Document) -> None:
    rows = document.rows()
    tests = [(number, path, name) for path, name in defined() for number in document.numbers(name)]
    assert tests
    assert [test for test in tests if f"`{test[1]}::{test[2]}`" not in rows.get(test[0], "")] == []


def test_every_security_requirement_has_its_row() -> None:
    assert list(SECURITY.rows()) == list(range(1, 31))


def test_every_requirement_that_the_code_names_has_a_row() -> None:
    rows = SECURITY.rows()
    for folder in ("services", "shared", "lab", "docs/adr"):
        for path in (ROOT / folder).rglob("*.*"):
            if path.suffix in {".py", ".md"}:
                named = re.findall(r"\(S(\d+)\)", path.read_text(encoding="utf-8"))
                assert {int(number) for number in named} <= rows.keys(), path
