from decimal import Decimal

import pytest

from shared.language.amounts import amount, number


@pytest.mark.parametrize(
    ("value", "fr", "en", "de"),
    [
        ("0", "0", "0", "0"),
        ("950", "950", "950", "950"),
        ("1200.50", "1\u202f200,50", "1,200.50", "1.200,50"),
        ("1200.00", "1\u202f200", "1,200", "1.200"),
        ("1234567.5", "1\u202f234\u202f567,50", "1,234,567.50", "1.234.567,50"),
    ],
)
def test_an_amount_is_written_as_people_of_the_language_do(value: str, fr: str, en: str, de: str) -> None:
    assert [amount(Decimal(value), language) for language in ("fr", "en", "de")] == [fr, en, de]


@pytest.mark.parametrize(
    ("value", "digits", "fr", "en", "de"),
    [
        (0, None, "0", "0", "0"),
        (20, None, "20", "20", "20"),
        (1000, None, "1\u202f000", "1,000", "1.000"),
        (2.5, None, "2,5", "2.5", "2,5"),
        (1234.25, None, "1\u202f234,25", "1,234.25", "1.234,25"),
        (0.8, 2, "0,80", "0.80", "0,80"),
        (1 / 3, None, "0,333333", "0.333333", "0,333333"),
        (-4.0, None, "-4", "-4", "-4"),
    ],
)
def test_a_number_is_written_as_people_of_the_language_do(
    value: float, digits: int | None, fr: str, en: str, de: str
) -> None:
    assert [number(value, language, digits) for language in ("fr", "en", "de")] == [fr, en, de]
