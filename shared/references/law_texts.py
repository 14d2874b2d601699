"""Names of codes, decrees, orders, acts and directives, in words and in letters."""

from collections.abc import Sequence
from functools import cache

from shared.references.model import LawText
from shared.references.tokens import DEGREE, HYPHEN, Token, tokens

LABOUR_CODE = "code du travail"

_CODES = {
    LABOUR_CODE: "c trav; code trav; ctrav; cdt; labour code; labor code; arbeitsgesetzbuch",
    "code de la santé publique": "csp; c sante publ; c sant publ; code sante publique; public health code",
    "code de la sécurité sociale": "css; c sec soc; c secu; code securite sociale; code secu; social security code",
    "code de l'environnement": "c env; c envir; code env; environmental code; environment code",
    "code de la défense": "c def; defence code; defense code",
    "code général de la fonction publique": "cgfp; code de la fonction publique",
    "code rural et de la pêche maritime": "crpm; code rural; c rur",
    "code de la construction et de l'habitation": "cch; code de la construction",
    "code de l'éducation": "c educ; education code",
    "code de la recherche": "c rech; research code",
    "code pénal": "c pen; penal code; criminal code",
    "code de procédure pénale": "cpp; c proc pen",
    "code civil": "c civ; civil code",
    "code de procédure civile": "cpc; c proc civ",
    "code de l'action sociale et des familles": "casf",
    "code général des collectivités territoriales": "cgct",
    "code général des impôts": "cgi",
    "code de l'urbanisme": "c urb",
    "code de la route": "c route; highway code",
    "code des transports": "c transp; transport code",
    "code du sport": "c sport",
    "code minier": "",
    "code électoral": "c elect",
    "code forestier": "",
    "code de commerce": "c com; commercial code",
    "code de la consommation": "c conso",
    "code de justice administrative": "cja",
    "code de la propriété intellectuelle": "cpi",
    "code du patrimoine": "",
    "code de l'énergie": "c energ",
    "code de l'entrée et du séjour des étrangers et du droit d'asile": "ceseda",
    "code des relations entre le public et l'administration": "crpa",
    "code monétaire et financier": "cmf; comofi",
    "code des assurances": "c assur",
    "code de la commande publique": "ccp",
}
_ACTS = {"RGPD": "gdpr", "REACH": "", "CLP": "", "Constitution": "", "BImSchG": "", "ArbSchG": ""}
_KINDS = frozenset(
    [
        "decret",
        "arrete",
        "loi",
        "ordonnance",
        "directive",
        "reglement",
        "circulaire",
        "convention",
        "act",
        "decree",
        "order",
    ]
)
_SAME = (("code", "meme"), ("meme", "code"), ("present", "code"))
_LINKS = frozenset(("du", "de", "des", "d", "la", "l", "le", "les", "of", "the"))
_IN_ACT = frozenset(
    ("n", "no", "du", "ministeriel", "interministeriel", "ce", "cee", "ue", "eu", "er", "organique", "delegue")
)
_MONTHS = frozenset(
    [
        "janvier",
        "fevrier",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "aout",
        "septembre",
        "octobre",
        "novembre",
        "decembre",
    ]
)
_LONGEST_ACT = 16
_TRAILING = frozenset((*_IN_ACT - {"ue", "eu", "ce", "cee"}, "(", ")", "/", HYPHEN, DEGREE))
_BETWEEN_WORDS = frozenset(("'", "."))

Found = tuple[LawText | None, int]
"""A text (None: `du même code`), and the position behind its name."""


def law_text(words: Sequence[Token], at: int) -> Found | None:
    """Return the text that is named from token `at` on."""
    if at >= len(words) or words[at].text not in _beginnings():
        return None
    for same in _SAME:
        if (end := _behind(words, at, same)) is not None:
            return None, end
    for name, text in _names().get(words[at].text, ()):
        if (end := _behind(words, at, name)) is not None:
            return text, end
    if words[at].text == "code":
        return _other_code(words, at)
    return _act(words, at) if words[at].text in _KINDS else None


def names_text(title: str, named: LawText) -> bool:
    """Return whether a title names this text: a code by any of its names, an act by its number or its date."""
    words = tokens(title)
    if not named.is_code:
        return named.key in "".join(token.text for token in words)
    found = (law_text(words, at) for at in range(len(words)))
    return next((each[0] == named for each in found if each is not None), False)


@cache
def _beginnings() -> frozenset[str]:
    return frozenset((*_names(), *_KINDS, *(same[0] for same in _SAME), "code"))


@cache
def _names() -> dict[str, tuple[tuple[tuple[str, ...], LawText], ...]]:
    """Names by their first word, the longest first."""
    table: dict[str, list[tuple[tuple[str, ...], LawText]]] = {}
    for names, is_code in ((_CODES, True), (_ACTS, False)):
        for name, others in names.items():
            text = LawText(name, "".join(token.text for token in tokens(name)), is_code)
            for spelling in (name, *filter(None, others.split("; "))):
                words = tuple(token.text for token in tokens(spelling) if token.is_word)
                table.setdefault(words[0], []).append((words, text))
    return {first: tuple(sorted(rows, key=lambda row: -len(row[0]))) for first, rows in table.items()}


def _behind(words: Sequence[Token], at: int, name: Sequence[str]) -> int | None:
    """Return the position behind these words, dots and apostrophes between them left out."""
    for word in name:
        while at < len(words) and words[at].text in _BETWEEN_WORDS:
            at += 1
        if at >= len(words) or words[at].text != word:
            return None
        at += 1
    return at


def _other_code(words: Sequence[Token], at: int) -> Found | None:
    """Return a code that is in no list: `code` and the word behind its article."""
    end = at + 1
    while end < len(words) and (words[end].text in _LINKS or words[end].text == "'"):
        end += 1
    if end == at + 1 or end >= len(words) or not words[end].is_word:
        return None
    named = words[at : end + 1]
    return LawText(_written(named), "".join(word.text for word in named)), end + 1


def _act(words: Sequence[Token], at: int) -> Found | None:
    """Return a decree, an order, an act or a directive with its number or its date; None without both."""
    end = at + 1
    while end < len(words) and end - at < _LONGEST_ACT and _continues_act(words[end]):
        end += 1
    while words[end - 1].text in _TRAILING:
        end -= 1
    key = _number_of_act(words[at + 1 : end])
    return (LawText(_written(words[at:end]), key, is_code=False), end) if key else None


def _number_of_act(words: Sequence[Token]) -> str:
    """Return what tells an act from others: its number (`2001-1016`, `89/391`), else its date; "" without both."""
    for first, sign, second in zip(words, words[1:], words[2:], strict=False):
        if first.is_number and sign.text in {HYPHEN, "/"} and second.is_number:
            return first.text + sign.text + second.text
    return "".join(word.text for word in words if word.is_number or word.text in _MONTHS)


def _continues_act(word: Token) -> bool:
    return word.is_number or word.text in _IN_ACT or word.text in _MONTHS or word.text in "/-()" + DEGREE


def _written(words: Sequence[Token]) -> str:
    return "".join((" " if n and word.spaced else "") + word.text for n, word in enumerate(words))
