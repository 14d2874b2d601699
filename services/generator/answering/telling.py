"""Tells what a text says from what only stands around it: headings, questions, a page's furniture. Pure."""

import re
from collections.abc import Collection
from itertools import chain

from services.generator.french.terms import stems
from shared.contracts.passages import CELL, Origin, Passage
from shared.language.folding import folded

_MARK = re.compile(r"\A\s*(?:[-\u2013\u2014\u2022\u25aa*#>]+|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[\u00b0).])\s+")
"""What starts an item of a list."""

_CLOSED = re.compile(r"[.;:!\u2026,][\s\u00bb\"\u201d)\]]*$|[\u00bb)\]]$")
"""How a sentence, an item or what introduces them ends; a heading has no such end."""

_FURNITURE = re.compile(
    "|".join(  # noqa: FLY002 - one kind a line
        (
            r"(?:date de )?(?:derniere )?(?:mise|mis|modifiee?|verifiee?|publiee?)(?: a jour)?(?: le)?(?: :)? ?\d.*",
            r"(?:date de )?(?:derniere )?(?:mise a jour|publication|modification|creation)(?: le| :)?.{0,20}",
            r"temps de lecture.{0,20}|\d+ min(?:utes)?(?: de lecture)?",
            r"(?:telecharger|imprimer|partager|copier|ecouter|s'abonner|se connecter|cliquez|fermer|ouvrir)\b.{0,60}",
            r"(?:a |pour )?(?:lire|voir|consulter|decouvrir)(?: aussi| egalement)?\b.{0,60}",
            r"(?:pour )?en savoir (?:plus|\+).{0,60}|pour aller plus loin|(?:lire|afficher) la suite",
            r"retour (?:en haut|au sommaire|a l'accueil|a la liste).{0,20}",
            r"sommaire|table des matieres|plan du site|accueil",
            r"(?:liens? utiles?|documents? (?:utiles?|joints?|associes?)|fiches? pratiques?|contacts?)(?: :.{0,80})?",
            r"(?:articles? (?:lies|associes)|textes? de reference|sources?)(?: :.{0,80})?",
            r"references?(?: juridiques?)?|a noter|attention|important|exemples?|rappel|bon a savoir|l'essentiel",
            r"en resume|definitions?|remarque|zoom",
            r"pages? \d+(?: ?(?:sur|of|/|von) ?\d+)?|seite \d+(?: von \d+)?|\d+ ?/ ?\d+|\d+|[\W_]*",
            r"(?:last (?:updated?|modified)|updated on|published on|stand|zuletzt geandert)\b.{0,30}",
            r"(?:read more|learn more|see also|download|print|share|back to top|table of contents)\b.{0,40}",
            r"(?:mehr erfahren|siehe auch|herunterladen|drucken|teilen|inhaltsverzeichnis|nach oben)\b.{0,40}",
        )
    )
)
"""Folded lines that belong to a page: its dates, its buttons, its signposts, labels without what they label."""

_SENTENCE_ENDS = re.compile(r"[a-zà-ÿ)\u00bb][.!\u2026]\s")
_NUMBERED = re.compile(r"(?:sous-)?(?:section|paragraphe|chapitre|titre|livre|partie)\b[^:]{0,30} : ")

_MOST_OF_A_HEADING = 14
"""Words of a line of a public guide that has no end of a sentence, and so is a heading."""

_EDGES = " .:*#-\u2013\u2014\u2022|"


def says_something(line: str, passage: Passage, asked: Collection[str]) -> bool:
    """Return whether a line of a passage tells something.

    A heading, a question and what belongs to a page do not. A line without the end of a sentence is a heading where a
    public guide has it, and elsewhere where all its words are those of the question or of what stands above the text.

    Args:
        asked: stems of the question.
    """
    if CELL in line:
        return True
    plain = _plain(line)
    if not plain or plain in _above(passage) or _only_asks(line) or _is_furniture(line):
        return False
    closed = _CLOSED.search(line.rstrip()) or _SENTENCE_ENDS.search(line)
    if _MARK.match(line) or closed or len(line.split()) > _MOST_OF_A_HEADING:
        return True
    if passage.origin is Origin.CORPUS:
        return bool(re.search(r"\d", line))
    known = set(asked).union(*map(stems, (passage.title, *passage.headings)))
    return not stems(line) <= known


def told_part(quote: str, passage: Passage, asked: Collection[str]) -> str:
    """Return the part of a quote that tells something, with the heading before it, a substring; "" for none.

    An article is a text throughout: of it, only what is nothing but its heading tells nothing.
    """
    if passage.rows:
        return quote
    lines = quote.split("\n")
    telling = [bool(line.strip()) and says_something(line, passage, asked) for line in lines]
    if passage.article is not None:
        return "" if _plain(quote) in _above(passage) else quote
    if not any(telling):
        return ""
    last = max(at for at, tells in enumerate(telling) if tells)
    first = telling.index(True)
    starts = (at for at in range(first) if lines[at].strip() and not _is_furniture(lines[at]))
    return "\n".join(lines[next(chain(starts, (first,))) : last + 1]).strip()


def _only_asks(line: str) -> bool:
    return line.rstrip(' \u00bb"').endswith("?") and not _SENTENCE_ENDS.search(_MARK.sub("", line))


def _is_furniture(line: str) -> bool:
    """Return whether a line is a page's: `Consulter la fiche`, and not `Consulter le médecin avant la reprise.`"""
    return _FURNITURE.fullmatch(_plain(line)) is not None and not line.rstrip().endswith(".")


def _plain(line: str) -> str:
    return folded(_MARK.sub("", line)).strip(_EDGES)


def _above(passage: Passage) -> set[str]:
    """Return what stands above a text, its number apart (`Sous-section 2 : Bruit`)."""
    titles = [_plain(each) for each in (passage.title, *passage.headings)]
    return {*titles, *(each.rpartition(" : ")[2] for each in titles if _NUMBERED.match(each))}
