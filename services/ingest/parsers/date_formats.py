"""French display of a workbook's dates and times in their format."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

_MONTHS = [
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
]
_SHORT_MONTHS = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
_DAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - a sheet's dates have no time zone
_LAST_SERIAL = 2_958_465
"""Serial number of 9999-12-31."""

Token = tuple[str, str]


def is_date_token(kind: str) -> bool:
    return kind in ("date", "elapsed", "noon")


def render_date(value: float, tokens: Sequence[Token], *, since_1904: bool) -> str | None:
    """Return the time of a serial number of days; None for one out of range."""
    if not 0 <= value <= _LAST_SERIAL:
        return None
    moment = (_EPOCH_1904 if since_1904 else _EPOCH) + timedelta(seconds=round(value * 86_400))
    parts = [_part(moment, value, tokens, place) for place in range(len(tokens))]
    return "".join(parts).strip()


def _part(moment: datetime, value: float, tokens: Sequence[Token], place: int) -> str:
    kind, text = tokens[place]
    letter = text.lower()
    if kind == "elapsed":
        unit = {"h": 3600, "m": 60, "s": 1}[letter[1]]
        return str(round(value * 86_400) // unit).rjust(len(letter) - 2, "0")
    if kind != "date":
        return "" if kind in ("noon", "digit") or (kind == "." and _in_seconds(tokens, place)) else text
    if letter[0] == "m" and _is_minute(tokens, place):
        return f"{moment.minute:0{min(len(letter), 2)}d}"
    return _WORDS[letter[0]](moment, len(letter))


def _in_seconds(tokens: Sequence[Token], place: int) -> bool:
    """Return whether a point begins the fractions of a second, which are not shown."""
    return place + 1 < len(tokens) and tokens[place + 1][0] == "digit"


def _is_minute(tokens: Sequence[Token], place: int) -> bool:
    """Return whether `m` means minutes: after hours, or before seconds."""
    before = next((text[:2] for kind, text in reversed(tokens[:place]) if kind in ("date", "elapsed")), "")
    after = next((text[:2] for kind, text in tokens[place + 1 :] if kind in ("date", "elapsed")), "")
    return "h" in before.lower() or "s" in after.lower()


def _year(moment: datetime, letters: int) -> str:
    return f"{moment.year:04d}" if letters > 2 else f"{moment.year % 100:02d}"  # noqa: PLR2004


def _month(moment: datetime, letters: int) -> str:
    names = {3: _SHORT_MONTHS, 4: _MONTHS}
    if letters in names:
        return names[letters][moment.month - 1]
    return f"{moment.month:0{min(letters, 2)}d}" if letters < 3 else _MONTHS[moment.month - 1][0].upper()  # noqa: PLR2004


def _day(moment: datetime, letters: int) -> str:
    name = _DAYS[moment.weekday()]
    if letters > 2:  # noqa: PLR2004
        return name if letters > 3 else f"{name[:3]}."  # noqa: PLR2004
    return f"{moment.day:0{letters}d}"


_WORDS: dict[str, Callable[[datetime, int], str]] = {
    "y": _year,
    "m": _month,
    "d": _day,
    "h": lambda moment, letters: f"{moment.hour:0{min(letters, 2)}d}",
    "s": lambda moment, letters: f"{moment.second:0{min(letters, 2)}d}",
}
