"""Proposed lines as their page shows them: why, what they stand on, measures in the order of L4121-2. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol
from urllib.parse import quote, urlencode

from shared.contracts.passages import Origin
from shared.duerp.drafting.families import LANGUAGES, proposals
from shared.duerp.drafting.trades import measures_for
from shared.duerp.families import family_labels
from shared.http_api.duerp.entries import Entry, LineState
from shared.http_api.duerp.lines import Finding, Line, LineEvidence, LineOrigin, LineText, Statement
from shared.language.detection import language_of_text
from shared.language.names import one_line, shown_text
from shared.references import canonical_article
from shared.rendering.sources import standing

_SHOWN = 16
"""Characters of the digest of what was read."""


class Absence(Protocol):
    """A family that a description denies, with its words."""

    @property
    def family(self) -> str: ...
    @property
    def because(self) -> str: ...


class Reading(Protocol):
    """What a description leaves open: a draft of the gateway, or one made of the description that was kept."""

    @property
    def no_risk(self) -> Sequence[Absence]: ...
    @property
    def not_assessed(self) -> Sequence[str]: ...
    @property
    def questions(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure to take; `rank`: the number of its principle in L4121-2."""

    rank: int
    what: str


@dataclass(frozen=True, slots=True)
class Reference:
    """What a line stands on; `address` opens its passage, and is empty where there is none or it was withdrawn.

    `whose` says whose document it is (S23): a title may say anything.
    """

    name: str
    address: str
    quote: str = ""
    whose: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A drafted line. `family_id` and `family` are its family and what that is called; `read` names what was read.

    `likeness`: how like its words are to others of the family, where no known word tells of it; `model`: the language
    model that reads it in them, empty where none does.
    """

    id: str
    family_id: str
    family: str
    hazard: str
    situation: str
    because: str
    likeness: float | None
    model: str
    read: str
    measures: Sequence[Measure]
    articles: Sequence[Reference]
    evidence: Sequence[Reference]
    state: str
    why: str

    @property
    def title(self) -> str:
        return self.hazard or self.situation


@dataclass(frozen=True, slots=True)
class AbsentFamily:
    """A family that is read as absent; `confirmed`: somebody has stated it as assessed and without risk.

    `revision` is that of what was stated of it, 0 where nothing was.
    """

    id: str
    family: str
    because: str
    confirmed: bool
    revision: int


def proposal_of(line: Entry[Line], language: str, *, laboratory: bool = False) -> Proposal:
    """Return a drafted line as its page shows it, in words of the visitor's language where they are ours.

    Args:
        laboratory: whether the work unit's description is a laboratory's, whose measures have words of their own.
    """
    content, decided = line.content, line.decided
    family = content.family or ""
    words = language_of_text(f"{content.hazard}. {content.situation}") or language
    measures = measures_for(family, laboratory=laboratory)
    return Proposal(
        id=str(line.id),
        family_id=family,
        family=family_labels(language).get(family, ""),
        hazard=shown_text(content.hazard),
        situation=shown_text(content.situation),
        because=shown_text(content.origin_detail),
        likeness=content.likeness,
        model=shown_text(content.model),
        read=words_read(line),
        measures=[Measure(each.rank, each.what[words if words in LANGUAGES else language]) for each in measures],
        articles=articles_of(content, language),
        evidence=references_of(content, language),
        state=(decided.state if decided else LineState.PROPOSED).value,
        why=shown_text(decided.why) if decided else "",
    )


def drafted_lines(lines: Iterable[Entry[Line]]) -> list[Entry[Line]]:
    """Return the lines that were drafted."""
    return [each for each in lines if each.content.origin is LineOrigin.DRAFTED]


def words_read(line: Entry[Line]) -> str:
    """Return a digest of what somebody decides on: what a line says, and who has decided what on it.

    Evidence that is found meanwhile makes no other line.
    """
    content, decided = line.content, line.decided
    decision = (decided.state.value, decided.by) if decided else ("", "")
    said = "\0".join((content.family or "", content.hazard, content.situation, *decision))
    return sha256(said.encode()).hexdigest()[:_SHOWN]


def chosen_measures(family: str, said: Iterable[str]) -> list[Measure]:
    """Return the measures of a family with these words; other words are none of them."""
    known = {what: each.rank for each in proposals().measures.get(family, ()) for what in each.what.values()}
    return [Measure(known[what], what) for what in said if what in known]


def absences(reading: Reading, statements: Iterable[Entry[Statement]], language: str) -> list[AbsentFamily]:
    """Return the families that are read as absent, with whether a person has confirmed it."""
    stated = {each.content.family: each for each in statements}
    labels: Mapping[str, str] = family_labels(language)
    found = []
    for each in reading.no_risk:
        said, label = stated.get(each.family), labels.get(each.family, each.family)
        confirmed, revision = (said.content.finding is Finding.NO_RISK, said.revision) if said else (False, 0)
        found.append(AbsentFamily(each.family, label, shown_text(each.because), confirmed, revision))
    return found


def references_of(content: LineText, language: str) -> list[Reference]:
    """Return what a line stands on as its pages show it."""
    return [_reference(each, language) for each in content.evidence]


def articles_of(content: LineText, language: str) -> list[Reference]:
    """Return the articles of a line, each open where the law is quoted, else by its number.

    Whatever a document of a unit is called, no article opens it.
    """
    law = (each for each in content.evidence if each.passage and each.origin is Origin.CORPUS and not each.typed)
    opened = {_key(each.reference): _reference(each, language).address for each in law}
    return [
        Reference(one_line(each), opened.get(_key(each)) or f"/articles/{quote(_key(each), safe='')}")
        for each in content.articles
    ]


def _key(article: str) -> str:
    return canonical_article(article) or article


def _reference(evidence: LineEvidence, language: str) -> Reference:
    quoted = f"?{urlencode({'quote': evidence.quote[:300]})}" if evidence.quote else ""
    opens = evidence.passage is not None and not evidence.withdrawn
    address = f"/passages/{quote(evidence.passage or '', safe='')}{quoted}" if opens else ""
    return Reference(one_line(evidence.reference), address, shown_text(evidence.quote), standing(evidence, language))
