"""Whether articles of the Code du travail that a text cites are in force, told without an index."""

import re
from enum import StrEnum
from functools import cache
from importlib import resources

from shared.references import LABOUR_CODE, Kind, references_of

_CITED = re.compile(r"\b[LRD]\s?\.?\s?\*?\s?\d{3,4}", re.IGNORECASE)
_OLD_NUMBER = re.compile(r"[LRD]\d{3}(-\d+)*")
"""A number of the code as it was before 1 May 2008, with three digits; today's have four."""

_REPEALED = re.compile(
    r"L461[1-6]-.*|R461[2-6]-.*"  # health and safety committees: ordonnance 2017-1386
    r"|D4121-[6-9]|L4161-[23]|L4162-.*|D4161-[2-4]"  # exposure sheets: laws 2014-40 and 2015-994
)
"""Stems whose last articles are gone, so that no gap tells; only numbers that are not in force are held against it."""


class Standing(StrEnum):
    """What is known of a number."""

    IN_FORCE = "in_force"
    REPEALED = "repealed"
    UNKNOWN = "unknown"


def cited_articles(text: str) -> list[tuple[str, Standing]]:
    """Return the articles that a text cites, canonical, in order, once each.

    Articles that are said to be of another text than the Code du travail are left out.
    """
    if not _CITED.search(text):
        return []
    found: dict[str, Standing] = {}
    for reference in references_of(text):
        if reference.kind is Kind.BARE or (reference.text is not None and reference.text.name != LABOUR_CODE):
            continue
        for number in reference.required or (reference.name,):
            found.setdefault(number, standing(number))
    return list(found.items())


def standing(number: str) -> Standing:
    """Return what is known of an article, or of the beginning of articles (`L4121`)."""
    known = _in_force()
    stem, _, end = number.partition("-")
    if stem in known and (not end or end in known[stem]):
        return Standing.IN_FORCE
    if not end and any(each.startswith(stem) for each in known):
        return Standing.IN_FORCE
    is_gone = _OLD_NUMBER.fullmatch(number) or _REPEALED.fullmatch(number) or _is_gap(end, known.get(stem, frozenset()))
    return Standing.REPEALED if is_gone else Standing.UNKNOWN


def _is_gap(end: str, there: frozenset[str]) -> bool:
    """Return whether a plain number is missing among higher ones: the code of 2008 counts without gaps."""
    return end.isdecimal() and int(end) > 0 and any(each.isdecimal() and int(each) > int(end) for each in there)


@cache
def _in_force() -> dict[str, frozenset[str]]:
    lines = resources.files("shared.duerp.importing").joinpath("articles.txt").read_text(encoding="utf-8").splitlines()
    return {stem: _ends(ends) for stem, _, ends in (line.partition(" ") for line in lines if not line.startswith("#"))}


def _ends(written: str) -> frozenset[str]:
    ends: set[str] = set()
    for each in written.split():
        first, _, last = each.partition(":")
        if last:
            ends.update(map(str, range(int(first), int(last) + 1)))
        else:
            ends.add("" if each == "." else each.replace("_", " "))
    return frozenset(ends)
