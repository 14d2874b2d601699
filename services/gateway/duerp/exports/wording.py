"""Words of an export in one language: labels, dates, numbers, ratings, people."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.fields import written
from shared.http_api.duerp.lines import ExistingMeasure
from shared.http_api.duerp.scales import Axis, Rating
from shared.http_api.duerp.unit import Headcount
from shared.language.amounts import amount
from shared.language.catalogue import Catalogue

LEAST_SHOWN = 5
"""People: fewer are not told as a number, since they could be recognised."""

MOST_PRINTED = 4_000
"""Characters of a description that is printed; the whole of it stands in Vigie, and in a workbook's exact entries."""

TIMES = " \N{MULTIPLICATION SIGN} "
_ITEM, _TO = "\N{EN DASH} ", " \N{EN DASH} "
_DATES = {"fr": "%d/%m/%Y", "en": "%Y-%m-%d", "de": "%d.%m.%Y"}


class Wording:
    """Says things in the language of an export.

    Args:
        language: of the catalogue (`fr`, `en`, `de`).
    """

    def __init__(self, language: str, catalogue: Catalogue | None = None) -> None:
        self.language = language
        self._catalogue = catalogue or Catalogue()

    def __call__(self, key: str, **params: str | float) -> str:
        """Return the text of `duerp.export.KEY`."""
        return self._catalogue.text(self.language, f"duerp.export.{key}", **params)

    def kind(self, kind: EntryKind) -> str:
        """Return what an entry of a kind is called."""
        return self._catalogue.text(self.language, f"duerp.kinds.{kind.value}")

    def field(self, name: str) -> str:
        """Return what a field is called."""
        return self._catalogue.text(self.language, f"web.fields.{name}")

    def labelled(self, label: str, text: str) -> str:
        return self("labelled", label=label, text=text)

    @staticmethod
    def shortened(text: str) -> str:
        """Return the beginning of a text that is too long for a table; a text of usual length as it is."""
        return (
            text
            if len(text) <= MOST_PRINTED
            else f"{text[:MOST_PRINTED].rsplit(maxsplit=1)[0]} \N{HORIZONTAL ELLIPSIS}"
        )

    def day(self, day: date | None) -> str:
        return day.strftime(_DATES[self.language]) if day else ""

    def period(self, start: date | None, end: date | None) -> str:
        return _TO.join(self.day(day) for day in (start, end) if day)

    def listed(self, items: Iterable[str]) -> str:
        """Return items below each other, each behind a dash."""
        return "\n".join(f"{_ITEM}{item}" for item in items)

    def number(self, number: Decimal | None) -> str:
        if number is None:
            return ""
        return written(number) if self.language == "en" else written(number).replace(".", ",")

    def amount(self, euros: Decimal) -> str:
        """Return euros as they are written in a language."""
        return amount(euros, self.language)

    def rank(self, rank: int | None) -> str:
        """Return a general principle of prevention by its number in L4121-2."""
        return f"{rank}. {self(f'rank.{rank}')}" if rank else ""

    def count(self, people: int) -> str:
        return str(people) if people == 0 or people >= LEAST_SHOWN else self("few", least=LEAST_SHOWN)

    def people(self, people: Iterable[Headcount]) -> str:
        """Return people by status, with women and men told apart only where neither is few."""
        return "\n".join(self._headcount(each) for each in people if _total(each))

    def _headcount(self, each: Headcount) -> str:
        counted = self.labelled(self(f"status.{each.status.value}"), self.count(_total(each)))
        parts = [(name, count) for name, count in (("women", each.women), ("men", each.men)) if count]
        if len(parts) + bool(each.unspecified) < 2 or min(each.women, each.men) < LEAST_SHOWN:  # noqa: PLR2004 (both)
            return counted
        return f"{counted} ({', '.join(f'{count} {self(name)}' for name, count in parts)})"

    def rating(self, rating: Rating | None, axes: Sequence[Axis]) -> str:
        """Return a rating with its level first, then what was said on each axis; nothing for none."""
        if rating is None:
            return self("unrated")
        score = self.number(rating.score)
        level = f"{rating.level} ({score})" if rating.level and score else rating.level or score
        names = {axis.key: axis.name for axis in axes}
        said = [f"{names.get(key, key)} = {value}" for key, value in rating.values.items()]
        return "\n".join(part for part in (level, ", ".join(said)) if part)

    def as_written(self, said: Mapping[str, str], names: Iterable[str]) -> str:
        """Return words of an imported file that nobody understood, a line each; few people are not told as a number."""
        told = []
        for name in names:
            if words := said.get(name, ""):
                field = "exposed_count" if name == "exposed" else name
                label = self._catalogue.text(self.language, f"duerp.import.fields.{field}")
                is_count = name == "exposed" and words.isascii() and words.isdigit()
                told.append(self("as-written", field=label, words=self.count(int(words)) if is_count else words))
        return "\n".join(told)

    def measure(self, measure: ExistingMeasure) -> str:
        checked = self("checked", on=self.day(measure.checked_on)) if measure.checked_on else ""
        about = ", ".join(part for part in (self.rank(measure.rank), measure.proof, checked) if part)
        return f"{measure.what} ({about})" if about else measure.what


def _total(each: Headcount) -> int:
    return each.women + each.men + each.unspecified
