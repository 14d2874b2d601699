"""What the Code wants written in the document where a family is present (wanted.toml), and is not found. Pure."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from services.gateway.duerp.model import EntryRecord
from services.gateway.duerp.review.findings import Found, Reviewed
from shared.duerp.drafting.draft import families_told
from shared.duerp.drafting.words import flat, words_of
from shared.duerp.importing.articles import standing
from shared.duerp.obligations import Obligation, obligations
from shared.http_api.duerp.lines import LineText
from shared.http_api.duerp.programme import Event, EventType
from shared.language.spelling import vocabulary

_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_PARTS = re.compile(r"[.;!?\n](?=\s|$)|\s(?:mais|but|aber)\s")
_DOING = (
    r"(?:cherche|recherche|etudie|fait|faite|realise|mesure|evalue|calcule|envisage|examine|effectue|connu"
    r"|disponible|looked|sought|searched|studied|done|made|measured"
    r"|assessed|considered|available|gesucht|gepruft|gemessen|ermittelt|bewertet)(?:e|es|s)?\b"
)
_NOT_DONE = re.compile(
    rf"\b(?:pas|jamais|non|aucune?s?|ni|sans|no|not|never|none|nicht|kein\w*|nie)\b(?:\W+\w+){{0,5}}?\W+{_DOING}"
    r"|\b(?:pas|aucune?|sans|no|kein\w*)\s(?:de\s|d'|encore\s(?:de\s|d')?)?(?:recherche|etude|mesurage|mesure"
    r"|evaluation|calcul|resultats?|zonage|study|measurement|assessment|results?|messung|suche|beurteilung)"
    r"|\b(?:a|reste\sa)\s(?:faire|etudier|chercher|rechercher|prevoir|completer|mesurer|evaluer|rediger"
    r"|realiser|definir)\b|\bto\s(?:do|be\s\w+)\b|\bzu\s(?:tun|suchen|messen|erledigen)\b"
    r"|\b(?:en\sattente|manquants?|manque|pending|missing|ausstehend)\b"
)
"""What says that nothing was done: `aucun substitut n'a été cherché`; that none was found is a result."""

_ALSO = {"chemical_cmr": frozenset({"chemical_general", "nanomaterials"})}
"""Families in whose lines a substance of another one may stand: DMF in a line on chemicals."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An obligation with the words that meet it: one of each group."""

    obligation: Obligation
    groups: Sequence[Sequence[str]]
    measured: bool


def wanted(reviewed: Reviewed) -> Iterator[Found]:
    """What an obligation wants written, where its family has lines and none of them says it."""
    for each in _all_wanted():
        lines = [(record, line) for record, line in reviewed.lines if _is_about(line, each.obligation.when.families)]
        if lines and not _is_said(each, [line for _, line in lines]) and not _is_measured(each, reviewed, lines):
            first, line = lines[0]
            families = sorted(each.obligation.when.families)
            rule = each.obligation.id.replace("-", "_")
            yield Found(rule, first, families, each.obligation.articles, {"hazard": line.hazard})


def read_ahead() -> None:
    """Read the data of the rules and of drafting; the first review of a process would take a third of a second more."""
    _all_wanted()
    vocabulary()
    families_told("Un laser de classe 4")
    standing("R4121-1")


def _is_about(line: LineText, families: frozenset[str]) -> bool:
    if line.family in families:
        return True
    return any(
        line.family in _ALSO.get(family, ()) and family in _told(f"{line.hazard}. {line.situation}")
        for family in families
    )


@lru_cache(maxsize=4_096)
def _told(text: str) -> frozenset[str]:
    """Return the families that the words of a line tell of."""
    return families_told(text)


def _is_said(each: _Wanted, lines: Sequence[LineText]) -> bool:
    text = _done("\n".join(_words_of_line(line) for line in lines))
    plain = _NOT_A_WORD.sub("", text.lower())
    if any(_NOT_A_WORD.sub("", article.lower()) in plain for article in each.obligation.articles):
        return True
    forms = " ".join(("", *(word.form for word in words_of(text)), ""))
    return all(any(phrase in forms for phrase in group) for group in each.groups)


def _done(text: str) -> str:
    """Return a text without the sentences and parts of them that say that something was not done, or is still to do."""
    return ". ".join(each for each in _PARTS.split(text) if _NOT_DONE.search(flat(each)) is None)


def _words_of_line(line: LineText) -> str:
    measures = (f"{measure.what}. {measure.proof}" for measure in line.measures)
    quotes = (f"{evidence.reference}. {evidence.quote}" for evidence in line.evidence if evidence.passage is None)
    said = (line.hazard, line.situation, line.harm, line.sex_difference, line.comment, *measures, *quotes)
    return "\n".join(said)


def _is_measured(each: _Wanted, reviewed: Reviewed, lines: Sequence[tuple[EntryRecord, LineText]]) -> bool:
    identities = {record.id for record, _ in lines}
    return each.measured and any(
        event.type is EventType.MEASUREMENT and not identities.isdisjoint(event.lines)
        for _, event in reviewed.of(Event)
    )


@cache
def _all_wanted() -> Sequence[_Wanted]:
    text = resources.files("services.gateway.duerp.review").joinpath("wanted.toml").read_text(encoding="utf-8")
    by_id: Mapping[str, Obligation] = {each.id: each for each in obligations().all}
    return [
        _Wanted(
            by_id[name],
            [[_phrase(phrase) for phrase in group] for group in row["groups"]],
            row.get("measured", False),
        )
        for name, row in tomllib.loads(text).items()
    ]


def _phrase(phrase: str) -> str:
    """Return a phrase as it stands among the words of a text: a space before it, and behind what does not go on."""
    words = [word.form for word in words_of(phrase.removesuffix("*"))]
    return " ".join(("", *words)) + ("" if phrase.endswith("*") else " ")
