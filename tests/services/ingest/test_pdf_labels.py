"""Page labels: what is a tree, and what would end the process that goes down it."""

import pytest

from services.ingest.parsers.pdf_labels import is_tree_of_labels
from tests.services.ingest.hostile.pdf_files import labels_loop, raw
from tests.support.work import calls_of


def labelled(**objects: bytes) -> bytes:
    return raw(
        {1: b"<< /Type /Catalog /PageLabels 2 0 R >>", **{int(name[1:]): each for name, each in objects.items()}}
    )


@pytest.mark.parametrize(
    "file",
    [
        labels_loop(b"6 0 R"),
        labels_loop(b"<< /Kids [6 0 R] >>"),
        labels_loop(b"<< /Kids [<< /Kids [6 0 R] >>] >>"),
        labels_loop(b"6 0 R", packed=True),
        labelled(_2=b"<< /Kids 3 0 R >>", _3=b"[4 0 R]", _4=b"<< /Kids 3 0 R >>"),
        labelled(_2=b"<< /Kids [3 0 R 3 0 R] >>", _3=b"<< /Nums [0 << /S /r >>] >>"),
        labelled(**{f"_{number}": b"<< /Kids [%d 0 R] >>" % (number + 1) for number in range(2, 100)}),
    ],
    ids=["itself", "in the catalog", "kids in place", "packed", "an array elsewhere", "one kid twice", "too deep"],
)
def test_s18_labels_that_lead_back_are_no_tree(file: bytes) -> None:
    assert not is_tree_of_labels(file)


@pytest.mark.parametrize(
    "file",
    [
        raw({1: b"<< /Type /Catalog /Pages 2 0 R >>"}),
        raw({1: b"<< /Type /Catalog /PageLabels << /Nums [0 << /S /r >> 4 5 0 R 8 5 0 R] >> >>", 5: b"<< /S /D >>"}),
        labelled(_2=b"<< /Kids [3 0 R 4 0 R] >>", _3=b"<< /Nums [0 5 0 R] >>", _4=b"<< /Nums [4 5 0 R] >>"),
    ],
    ids=["none", "one array", "two kids"],
)
def test_labels_as_programs_write_them_are_a_tree(file: bytes) -> None:
    assert is_tree_of_labels(file)


def test_ten_times_the_labels_are_ten_times_the_work() -> None:
    few, many = (b"/PageLabels << " * 40 + b"1 0 obj " * count for count in (1_000, 10_000))
    assert calls_of(lambda: is_tree_of_labels(many)) < 12 * calls_of(lambda: is_tree_of_labels(few))
