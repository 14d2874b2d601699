"""Which of our risk families a word of another document means."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from shared.duerp.drafting.lexicon import lexicon
from shared.duerp.drafting.words import words_of
from shared.duerp.families import risk_families
from shared.duerp.importing.words import plain

_NUMBERING = re.compile(r"^(?:risques?\s*)?(?:n[o°]\s*)?(?:[0-9]{1,2}|[ivx]{1,4}|[a-z])(?:[.)\-:]+[0-9]*)+\s*")
_GOES_ON = re.compile(
    r" (?:de|des|du|lie|liee|par|lors|pendant|dans|pres|von|der|durch|beim?|of|from|by|during|when"
    r"|in)\b(?!.*(?:[,;/&+]| et | ou | und | oder | and | or )).*"
    r"| d'(?!.*(?:[,;/&+]| et | ou )).*"
)
"""What only says where a danger comes from, and names no second one beside it."""

_LEAD = re.compile(
    r"^(?:(?:famille|categorie) (?:de |des )?)?risques? (?:(?:lie|relatif|du|inherent)e?s? )?"
    r"(?:a l.|aux? |a |d.|des? |du |de l.)?"
)


@dataclass(frozen=True, slots=True)
class FamilyMatch:
    """Families that a word may mean: one is sure, several are to be asked, none is unknown."""

    families: tuple[str, ...]

    @property
    def sure(self) -> str | None:
        return self.families[0] if len(self.families) == 1 else None


def match_family(written: str, kept: Mapping[str, str] | None = None) -> FamilyMatch:
    """Return the families that a text may mean.

    Args:
        kept: what a person has said of this source: folded words -> id.
    """
    words = plain(written)
    if kept and words in kept:
        return FamilyMatch((kept[words],))
    return _match(words)


@lru_cache(20_000)
def families_by_lexicon(written: str) -> tuple[FamilyMatch, str]:
    """Return the families of what the drafting's lexicon finds in words that no table knows, and what it found.

    `Friteuse` is no family and no word for one, but a hazard of one.
    """
    words = list(words_of(written))
    found = list(lexicon().found_in(words, capitals=written.isupper()))
    terms = [each for each in found if not each.is_hint]
    families = tuple(dict.fromkeys(each.hazard.family for each in terms))
    return FamilyMatch(families), " ".join(word.raw for word in words[terms[0].first : terms[0].after]) if terms else ""


@lru_cache(20_000)
def _match(words: str) -> FamilyMatch:
    short = _LEAD.sub("", _NUMBERING.sub("", words)) or words
    labels = _labels()
    exact = labels.get(words) or labels.get(short)
    if exact:
        return FamilyMatch((exact,))
    return FamilyMatch(_by_words(short) or _by_words(words))


def _by_words(text: str) -> tuple[str, ...]:
    """Return the families of all patterns in a text; a broad one counts where no narrow one of it was found."""
    if head := _head(text):
        return (head,)
    found: list[str] = []
    broad: list[tuple[str, ...]] = []
    for families in _longest_first(text):
        if len(families) == 1:
            found.append(families[0])
        else:
            broad.append(families)
    for families in broad:
        if not set(families) & set(found):
            found += families
    return tuple(dict.fromkeys(found))


def _head(text: str) -> str | None:
    """Return the family of the word that a text begins with and that the rest only goes on with: `Bruit de la scie`."""
    first = max(
        (
            (match.end(), families)
            for pattern, families in _patterns()
            if len(families) == 1 and (match := pattern.match(text))
        ),
        default=None,
    )
    return first[1][0] if first and _GOES_ON.fullmatch(text, first[0]) else None


def _longest_first(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the families of patterns found in a text; a longer match takes its words away from shorter ones."""
    matches = [
        (match.start() - match.end(), match.start(), match.end(), families)
        for pattern, families in _patterns()
        for match in pattern.finditer(text)
    ]
    taken: list[tuple[int, int]] = []
    for _, start, end, families in sorted(matches):
        if all(end <= first or start >= last for first, last in taken):
            taken.append((start, end))
            yield families


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """Return patterns with their families."""
    text = resources.files("shared.duerp.importing").joinpath("family_words.toml").read_text(encoding="utf-8")
    return tuple(
        (re.compile(rf"(?<![a-z0-9])(?:{pattern})(?![a-z0-9])"), tuple(each["families"]))
        for each in tomllib.loads(text)["words"]
        for pattern in each["patterns"]
    )


@cache
def _labels() -> dict[str, str]:
    """Return the ids of families by their folded labels and by themselves."""
    known = {plain(label): family.id for family in risk_families() for label in family.label.values()}
    return known | {family.id: family.id for family in risk_families()}


def load() -> None:
    """Read the tables, for a process that can read no file later."""
    _patterns()
    _labels()
    families_by_lexicon("friteuse")
