"""Article numbers of the French codes, in any spelling."""

import re

_HYPHENS = "-\u2010-\u2013\u2212"
_LONGEST_PLAIN_NUMBER = 2
_REFERENCE = re.compile(
    rf"""(?<![A-Za-z0-9])
    (?P<letter>[LRD])                                # loi, décret en Conseil d'État, décret simple
    \s*\.?\s*\*?\s*\.?\s*                            # `R. 4412-16`, `R*4412-16`
    (?P<number>[0-9]{{1,4}}
        (?:\s*[{_HYPHENS}]\s*[0-9]{{1,3}}               # `4412-16`, `4412 - 16`
        |(?<=[0-9]{{4}})[ \u00a0][0-9]{{1,3}}(?![0-9.,])  # `4412 16`
        )*)
    (?:[ \u00a0](?P<suffix>(?-i:[A-Z]))(?![\w'\u2019]))?   # `L1233-3 A`
    (?!\w)""",
    re.VERBOSE | re.IGNORECASE,
)
_SEPARATOR = re.compile(rf"\s*[{_HYPHENS}]\s*|\s+")
_ARTICLE = re.compile(r"\s*(?:art(?:icle|\.)?\s+)?", re.IGNORECASE)


def _canonical(match: re.Match[str]) -> str:
    suffix = f" {match['suffix']}" if match["suffix"] else ""
    return f"{match['letter'].upper()}{_SEPARATOR.sub('-', match['number'])}{suffix}"


def _is_reference(match: re.Match[str]) -> bool:
    """Return whether a match is a reference, not `l 12` in a sentence: a small letter needs a long number."""
    return match["letter"].isupper() or len(match["number"]) > _LONGEST_PLAIN_NUMBER


def canonical_article(number: str) -> str:
    """Return the canonical number of an article: `R. 4412-16` and `article R 4412 16` give `R4412-16`.

    The star of `R*4121-1` is dropped, since people leave it out. A text without number, as `Annexe I`, keeps its words.
    """
    start = _ARTICLE.match(number)
    match = _REFERENCE.fullmatch(number.rstrip(), start.end() if start else 0)
    return _canonical(match) if match else " ".join(number.split())


def article_references(text: str) -> list[str]:
    """Return the canonical numbers of the articles that a text names, in order, once each."""
    return list(dict.fromkeys(_canonical(match) for match in _REFERENCE.finditer(text) if _is_reference(match)))
