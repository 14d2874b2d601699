"""What stands around labels and below tables, and says nothing of a risk."""

from collections.abc import Callable

import pytest

from shared.duerp.importing.fields import undecorated
from shared.duerp.importing.mapping import KeptMapping
from tests.shared.duerp.import_grids import codes, previewed, sheet

HEADER = ["UT", "Danger", "Situation", "G", "F", "Criticité", "Pour le", "Actions", "N°"]
ROW = ["U", "Bruit", "Presse", "2", "3", "6", "15/10/2026", "Capoter", "R1"]
DECORATIONS: dict[str, Callable[[int, str], str]] = {
    "numbered": lambda number, text: f"{number}. {text}",
    "lettered": lambda number, text: f"{'ABCDEFGHI'[number]}) {text}",
    "starred": lambda _, text: f"{text} *",
    "asked": lambda _, text: f"{text} ?",
    "bracketed": lambda _, text: f"{text} (à compléter)",
}


@pytest.mark.parametrize("name", DECORATIONS)
def test_signs_and_numbers_around_labels_change_nothing(name: str) -> None:
    header = [DECORATIONS[name](number, text) for number, text in enumerate(HEADER)]
    plain, decorated = (previewed(sheet("DUERP", [each, ROW])) for each in (HEADER, header))
    assert [each.field for each in decorated.mapping] == [each.field for each in plain.mapping]
    assert [each.header for each in decorated.mapping] == header


@pytest.mark.parametrize(
    ("label", "left"),
    [
        ("1. gravite", "gravite"),
        ("b - danger", "danger"),
        ("n° d'action", "n° d'action"),
        ("n° action", "n° action"),
        ("e-mail", "e-mail"),
        ("2 x 3", "2 x 3"),
        ("dom.", "dom."),
        ("(1-4)", ""),
        ("ir 2026", "ir"),
        ("2026", "2026"),
    ],
)
def test_what_is_no_decoration_stays(label: str, left: str) -> None:
    assert undecorated(label) == left


def test_what_a_person_said_of_a_decorated_header_holds() -> None:
    header = [*HEADER[:-1], "9. Indice Z (0-9)"]
    found = previewed(sheet("DUERP", [header, ROW]), kept=KeptMapping({"9. indice z (0-9)": "comment"}))
    assert found.lines[0].comment == "R1"


def test_a_sentence_below_a_table_is_no_line() -> None:
    note = ["Document établi par l'assistant de prévention, validé par la direction."]
    found = previewed(sheet("DUERP", [HEADER, ROW, [], note]))
    assert (len(found.lines), "missing_field" in codes(found)) == (1, False)


def test_a_risk_without_more_right_below_the_lines_is_one() -> None:
    found = previewed(sheet("DUERP", [HEADER, ROW, ["", "Incendie"]]))
    assert [each.hazard for each in found.lines] == ["Bruit", "Incendie"]
