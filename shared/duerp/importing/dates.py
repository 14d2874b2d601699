"""Dates as people write them in a table."""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, TypeAlias

from shared.duerp.importing.words import plain

DateFinding: TypeAlias = Literal["vague_date", "unreadable_date"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january januar", "fevrier fevr fev february feb februar", "mars march mar marz",
            "avril avr april apr", "mai may", "juin june jun juni", "juillet juil july jul juli", "aout august aug",
            "septembre sept september sep", "octobre oct october oktober okt", "novembre nov november",
            "decembre dec december dezember dez",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})\s?[/.\-]\s?(\d{1,2})\s?[/.\-]\s?(\d{4}|\d{2})(?!\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)(?:[t ]\d\d:\d\d.*)?")
_WORDS = re.compile(rf"(?<!\d)(\d{{1,2}})(?:er)?\.? ({_MONTH})\.? (\d{{4}}|\d{{2}})(?!\d)")
_SERIAL = re.compile(r"([3-6]\d{4})(?:[.,]\d+)?")
_EPOCH = date(1899, 12, 30)
_VAGUE = re.compile(
    rf"\b(?:{_MONTH})\b|\b(?:19|20)\d\d\b|\b[ts][1-4]\b|\bq[1-4]\b|trimestre|semestre|semaine"
    r"|\bs\d\d\b|des que|possible"
    r"|immediat|urgent|court|moyen|long|terme|permanent|continu|annuel|mensuel|regulier|fin|debut|mi-|prochain|asap"
    r"|en cours|a definir|a prevoir|a planifier|a determiner|avant|apres|ete|automne|hiver|printemps|rentree|mois"
    r"|ans?\b"
    r"|an+ee|quotidien|hebdo|recurrent|jours?\b|ponctuel|\b\d\d?/\d{4}\b|\bnc\b|\btbd\b|periodique|systematique"
)
_LONG_WORD = re.compile(r"^\D*[a-z]{4,}\D*$")


@lru_cache(20_000)
def read_date(text: str) -> tuple[date | None, DateFinding | None]:
    """Return the day that a cell tells, or why it tells none: vague (`T3 2025`), or not understood."""
    words = plain(text).strip(" .;")
    serial = _SERIAL.fullmatch(words)
    if serial:
        return _EPOCH + timedelta(days=int(serial[1])), None
    days = days_in(words)
    if len(days) == 1:
        return days[0], None
    if days or ((_VAGUE.search(words) or _LONG_WORD.search(words)) and not _looks_like_day(words)):
        return None, "vague_date"
    return None, "unreadable_date"


def days_in(text: str) -> list[date]:
    """Return the days that a folded text names, in order, each once."""
    found: list[tuple[int, date]] = []
    for match in _NUMERIC.finditer(text):
        _add(found, match.start(), match[3], int(match[2]), match[1])
    for match in _ISO.finditer(text):
        _add(found, match.start(), match[1], int(match[2]), match[3])
    for match in _WORDS.finditer(text):
        _add(found, match.start(), match[3], _MONTHS[match[2]], match[1])
    return list(dict.fromkeys(day for _, day in sorted(found)))


def _looks_like_day(text: str) -> bool:
    """Return whether a text has the form of a day: then it names one that does not exist, as 31/02/2026."""
    return bool(_NUMERIC.search(text) or _ISO.search(text) or _WORDS.search(text))


def _add(found: list[tuple[int, date]], place: int, year: str, month: int, day: str) -> None:
    whole = int(year) + (2000 if len(year) <= 2 else 0)  # noqa: PLR2004
    try:
        found.append((place, date(whole, month, int(day))))
    except ValueError:
        return
