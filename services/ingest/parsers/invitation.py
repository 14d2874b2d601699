"""Invitations and calendars (iCalendar, RFC 5545), as lines that a person reads."""

import re

from services.ingest.parsers.decoding import clean

_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"([A-Za-z-]+)((?:;[^:\"]*(?:\"[^\"]*\")?)*):(.*)")
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")
_TOLD = ("SUMMARY", "DTSTART", "DTEND", "DUE", "LOCATION", "ORGANIZER", "ATTENDEE", "DESCRIPTION", "COMMENT", "STATUS")
_NAMED = re.compile(r';CN="?([^";:]+)', re.IGNORECASE)
_ESCAPED = re.compile(r"\\([nN,;\\])")


def invitation_lines(text: str) -> list[str]:
    """Return the lines of a calendar's entries: what, when, where, who, and the description."""
    lines: list[str] = []
    inside = 0
    for line in _FOLD.sub("", text).splitlines():
        match = _LINE.fullmatch(line.strip("\r"))
        if match is None:
            continue
        name, parameters, value = match[1].upper(), match[2], match[3]
        if name in ("BEGIN", "END") and value.upper() in ("VEVENT", "VTODO", "VJOURNAL"):
            inside += 1 if name == "BEGIN" else -1
        elif inside > 0 and name in _TOLD and value.strip():
            lines += _told(name, parameters, value)
    return lines


def _told(name: str, parameters: str, value: str) -> list[str]:
    words = _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)
    if name in ("SUMMARY", "DESCRIPTION", "COMMENT"):
        return [line for line in clean(words).split("\n") if line.strip()]
    if name in ("ORGANIZER", "ATTENDEE"):
        person = _NAMED.search(parameters)
        address = re.sub(r"(?i)^mailto:", "", words)
        return [f"{name.title()}: {person[1]} <{address}>" if person else f"{name.title()}: {address}"]
    date = _DATE.fullmatch(words.strip())
    if date is None:
        return [f"{name.title()}: {words}"]
    day = f"{date[3]}/{date[2]}/{date[1]}"
    label = {"DTSTART": "Start", "DTEND": "End"}.get(name, name.title())
    return [f"{label}: {day} {date[4]}:{date[5]}{' UTC' if date[6] else ''}" if date[4] else f"{label}: {day}"]
