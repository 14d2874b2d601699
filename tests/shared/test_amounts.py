from decimal import Decimal

import pytest

from shared.language.amounts import amount


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
