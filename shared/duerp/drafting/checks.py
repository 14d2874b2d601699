"""What the law bars or binds to conditions for people whom a description names, on the lines that it is about.

An obligation of `shared/duerp/obligations.toml` that depends on people (`people`): it is to be checked by a person, and
says why where the law leaves it open whom it binds. It stands beside a line's articles, which bind whatever is told.
"""

import itertools
from collections.abc import Mapping, Sequence

from shared.duerp.drafting.clauses import clauses_of
from shared.duerp.drafting.pieces import Reading
from shared.duerp.drafting.words import words_of
from shared.duerp.obligations import Subject, UnitFacts, obligations

_OF_PEOPLE = "vulnerable_workers"
"""The family whose line tells of obligations on people whatever they work with."""

_STATUSES: Mapping[str, frozenset[str]] = {
    "contractual": frozenset(
        {"cdd", "contractuel", "contractuelle", "postdoc", "interim", "interimaire", "vacataire", "befristet"}
    ),
    "doctoral": frozenset({"doctorant", "doctorante", "thesard", "thesarde", "phd", "doktorand", "doktorandin"}),
    "intern": frozenset({"stagiaire", "intern", "praktikant", "praktikantin", "m2", "m1"}),
    "apprentice": frozenset({"apprenti", "apprentie", "alternant", "alternante", "apprentice", "azubi"}),
}  # fmt: skip
_PAIRS: Mapping[tuple[str, str], str] = {
    ("post", "doc"): "contractual",
    ("contrat", "court"): "contractual",
    ("duree", "determinee"): "contractual",
    ("fixed", "term"): "contractual",
}


def people_told(description: str) -> frozenset[str]:
    """Return the statuses of people that a description says are here."""
    found = set()
    for clause in clauses_of(description):
        if clause.reading is Reading.SAID:
            forms = [word.form for word in words_of(description, clause.start, clause.end)]
            found |= {status for status, words in _STATUSES.items() if not words.isdisjoint(forms)}
            found |= {_PAIRS[pair] for pair in itertools.pairwise(forms) if pair in _PAIRS}
    return frozenset(found)


def to_check(family: str, people: frozenset[str], families: frozenset[str], language: str) -> Sequence[str]:
    """Return what is to be checked on the line of a family, each with its articles.

    Args:
        families: with a line; an obligation on some of them stands on their lines, and on that of people.
    """
    told = []
    for each, _ in obligations().of(UnitFacts(people=people, families=families)):
        about = each.when.families & families
        is_here = family in about or (family == _OF_PEOPLE and (about or not each.when.families))
        if each.subject is Subject.ASSIGN and each.when.people and is_here:
            doubt = f" {each.doubt[language]}" if each.doubt else ""
            told.append(f"{', '.join(each.articles)} : {each.text[language]}{doubt}")
    return told
