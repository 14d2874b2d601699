"""The day or the time that a question asks the law of: `en 2015`, `au 1er janvier 2012`, `en mars 2012`. Pure."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from shared.references.grammar import references_of
from shared.references.tokens import tokens

_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "janvier january januar", "fevrier february februar", "mars march marz", "avril april", "mai may",
            "juin june juni", "juillet july juli", "aout august", "septembre september", "octobre october oktober",
            "novembre november", "decembre december dezember",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_WHEN = re.compile(
    r"(?:(?P<iso>(?P<y1>(?:19|20)[0-9]{2}) - (?P<m1>[0-9]{2}) - (?P<d1>[0-9]{2}))"
    r"|(?P<d2>[0-9]{1,2}) (?:/|\.) (?P<m2>[0-9]{1,2}) (?:/|\.) (?P<y2>(?:19|20)[0-9]{2})"
    rf"|(?:(?P<d3>[0-9]{{1,2}}) (?:er |\. )?)?(?P<m3>{'|'.join(_MONTHS)}) (?P<y3>(?:19|20)[0-9]{{2}})"
    r"|(?:en|in|jahr|annee|de|avant|depuis|fin|debut|courant) (?P<y4>(?:19|20)[0-9]{2}))(?![0-9])"
)


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a question asks of, both ends among them; `words` are its own."""

    first: date
    last: date
    words: str


def period_of(question: str) -> Period | None:
    """Return the first time that a question names, dates of decrees and acts left out; None without one."""
    words = [word for word in tokens(question) if not _in_reference(question, word.start)]
    spaced = " ".join(word.text for word in words)
    match = _WHEN.search(spaced)
    if match is None:
        return None
    year, month, day = (_value(match, unit) for unit in "ymd")
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        return None
    last = first if day else date(year, month or 12, calendar.monthrange(year, month or 12)[1])
    at = spaced.count(" ", 0, match.start())
    behind = at + match[0].count(" ")
    return Period(first, last, question[words[at].start : words[behind].end])


def _value(match: "re.Match[str]", unit: str) -> int:
    """Return the number of a year, month or day in whichever form it is written; 0 without one."""
    found = next((value for n in "1234" if (value := match.groupdict().get(unit + n))), "0")
    return _MONTHS.get(found) or int(found)


def _in_reference(question: str, place: int) -> bool:
    return any(each.start <= place < each.end for each in references_of(question))
