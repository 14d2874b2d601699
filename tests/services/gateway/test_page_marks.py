"""Where cited words stand in a page's picture: found whole, over lines, in pieces, or not at all."""

import pytest

from services.gateway.documents.page_marks import Mark, marks_of
from shared.contracts.page_pictures import PageWord
from tests.support.work import calls_of

PAGE = (
    "Consigne azote liquide",
    "Porter des gants cryo-",
    "géniques amples et une",
    "visière. Ouvrir la porte.",
)


def words() -> list[PageWord]:
    """A page whose letters are 10 pixels wide and 12 high, its lines 20 apart."""
    found = []
    for number, line in enumerate(PAGE):
        left = 0
        for word in line.split():
            top = number * 20
            found.append(PageWord(text=word, left=left, top=top, right=left + 10 * len(word), bottom=top + 12))
            left += 10 * len(word) + 10
    return found


@pytest.mark.parametrize(
    ("quote", "boxes"),
    [
        ("Ouvrir la porte", [(90.0, 60.0, 250.0)]),
        ("gants cryogéniques amples", [(110.0, 20.0, 220.0), (0.0, 40.0, 150.0)]),
        ("GANTS   cryogeniques", [(110.0, 20.0, 220.0), (0.0, 40.0, 80.0)]),
        ("Ouvrir la porte. Consigne azote liquide", [(0.0, 0.0, 220.0), (90.0, 60.0, 250.0)]),
        ("Le benzène est interdit ici", []),
        ("une porte de benzène en bois de sapin", []),
        ("", []),
        ("…", []),
    ],
    ids=["line", "two-lines", "other-spelling", "other-order", "elsewhere", "few-words", "nothing", "no-letters"],
)
def test_cited_words_are_marked_a_box_for_each_line(quote: str, boxes: list[tuple[float, float, float]]) -> None:
    marks = marks_of(words(), quote)
    found = sorted(
        ((mark.left + 2, mark.top + 2, mark.left + mark.width - 2) for mark in marks), key=lambda box: box[1]
    )
    assert [(left, top, min(right, 250.0)) for left, top, right in found] == [
        (left, top, right) for left, top, right in boxes
    ]


def test_a_page_without_words_has_no_marks() -> None:
    assert marks_of([], "Ouvrir la porte") == []


def test_a_page_of_one_word_again_and_again_is_not_searched_in_pieces() -> None:
    page = [PageWord(text="non", left=0, top=0, right=30, bottom=12)] * 10_000
    quote = "non non non oui " * 1_000
    found: list[Mark] = []
    calls = calls_of(lambda: found.extend(marks_of(page, quote)))
    assert found == []
    assert calls < 100 * len(page)
