"""Pronouns that stand for something of the question before: `Qui doit le rédiger ?`. Pure; French.

Each rule returns the question with the thing named; None where it finds none of its pronouns.
"""

import re
from collections.abc import Callable

from shared.language.conversation.ellipsis import agrees
from shared.language.conversation.phrases import bare, contracted, extent, phrases, tokens, with_determiner


class Unresolved(Exception):
    """A pronoun stands for nothing that was said."""


_VERB = (
    r"(?:\w{2,}[^i\W]er|\w*(?:fi|di|bli|li|ni|ri|ci|pi)er|\w{2,}(?:ir|dre|ttre|ivre|aître|uire)|faire|dire|lire|écrire"
    r"|inscrire|être)(?![\w'\u2019])"
)
_NOUNS = frozenset(
    """danger atelier chantier escalier papier courrier cahier dossier ouvrier infirmier métier quartier foyer clavier
    panier palier levier acier conseiller officier fer hiver mer cuir plaisir avenir couloir pouvoir devoir trottoir
    miroir réservoir soir loisir cancer dernier premier particulier courrier atelier sanglier collier mobilier
    boîtier tablier calendrier transfer plancher bûcher toucher employer cadre
    ordre cendre poudre""".split()  # noqa: SIM905 - words, not code
)
_IMPERSONAL = re.compile(
    r"(?:faut|s'est|a-t|s'agit|existe-t|suffit|convient|semble-t|reste-t|vaut)-il|\by a\b"
    r"|\bil (?:faut|y a|existe|suffit|s'agit)"
    r"|(?:est|serait|était|devient)-il\s+\w+\s+(?:de|d'|que|qu')|\bil est\s+\w+\s+(?:de|d'|que|qu')",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"(?<![\w'-])(?P<verb>[^\W\d_]+(?:'[^\W\d_]+)?)-(?:t-)?(?P<who>ils?|elles?)(?![\w-])", re.IGNORECASE
)
_PLAIN_SUBJECT = re.compile(
    r"(?P<before>\b(?:qu|s|lorsqu)['\u2019]|\b(?:que|si|quand)\s+)(?P<who>ils?|elles?)\s", re.IGNORECASE
)
_CLITIC = r"(?:(?:le|la|les)\s+|l['\u2019])"
_OBJECT = re.compile(
    rf"(?<!à )(?<!de )(?<!par )(?<!pour )(?<!chez )(?<!avec )(?<![\w'-])"
    rf"(?:(?P<after_who>qui\s+)(?P<which>{_CLITIC})(?P<verb>\w+)"
    rf"|(?P<clitic>{_CLITIC})(?P<infinitive>{_VERB})(?P<second>\s+{_VERB})?)",
    re.IGNORECASE,
)
_OF_IT = re.compile(
    r"(?P<self>\bs['\u2019])?\ben\s+(?P<verb>est|sont|a|ont|faut|fait|résulte|\w+(?:er|ir|oir|dre|tre))\b",
    re.IGNORECASE,
)
_TO_IT = re.compile(r"(?P<self>\bs['\u2019])?\by\s+(?!a\b|a-t)(?P<verb>\w+)", re.IGNORECASE)
_OWN = re.compile(r"(?:^|\b(?:est|sont|serait|seraient)\s+)(?P<whose>son|sa|ses|leurs?)\s+", re.IGNORECASE)
_THIS = re.compile(
    r"(?<![\w-])(?P<this>cet(?:te)?|ces|ce)\s+(?P<noun>(?!que\b|qui\b|sont\b|n'|dont\b)[^\W\d_]{3,})", re.IGNORECASE
)
_PASSING = frozenset({"année", "fois", "semaine", "mois", "jour", "cas", "sens", "sujet", "moment", "point"})
_SHORT = 6
"""Signs and words of a question that names nothing; a longer one says enough to be searched for."""
_ASKS = re.compile(r"(?<![\w'-])(?:où|ou|comment|quand|combien|pourquoi|qui|quoi)(?![\w'-])", re.IGNORECASE)
_LEAST_NOUN = 2
_NO_TOPIC = frozenset(
    """alors aussi bien bonjour bonsoir cela dans dire dis dites doit dois doivent donc elle elles est être faire fait
    faut ils mais merci nous oui par peut peux peuvent pour puis sait sais savoir sinon sont svp
    vous""".split()  # noqa: SIM905
)
_AGREEMENT = {"il": "ms", "elle": "fs", "ils": "mp", "elles": "fp", "le": "ms", "la": "fs", "les": "?p", "l'": "?s"}


def topic(former: str, agreement: str) -> str:
    """Return what the former question is about, with all that depends on it, as it agrees.

    Raises:
        Unresolved: nothing of it does.
    """
    every = phrases(former)
    candidates = [
        n
        for n, each in enumerate(every)
        if each.determiner and agrees(each, agreement) and not (each.is_asked and each.preposition)
    ]
    attribute = re.match(r"\s*quel(?:le)?s?\s+(?:est|sont)\s+", former, re.IGNORECASE)
    if attribute and every and every[0].start == attribute.end():
        candidates = [n for n in candidates if n] or candidates
    if not candidates:
        raise Unresolved
    best = next((n for n in candidates if every[n].agreement[0] == agreement[0] != "?"), candidates[0])
    return bare(former, every, best)


def _named_before(question: str, place: int, agreement: str) -> bool:
    """Whether the question itself names what the pronoun may stand for."""
    before = [each for each in phrases(question) if each.determiner and each.end <= place]
    several = agreement[1] == "p" and len(before) > 1  # `le stress et le bruit doivent-ils`
    return several or any(agrees(each, agreement) for each in before)


def subject(question: str, former: str) -> str | None:
    """`Où doit-il être affiché ?`, `Faut-il le dire s'il refuse ?`"""
    if _IMPERSONAL.search(question) is None and (match := _SUBJECT.search(question)):
        agreement = _AGREEMENT[match["who"].lower()]
        if _named_before(question, match.start(), agreement):
            return None
        named = topic(former, agreement)
        return f"{question[: match.start()]}{named} {_small(question, match.start())}"
    match = _PLAIN_SUBJECT.search(question)
    if match is None or _IMPERSONAL.search(question[match.start() :]):
        return None
    agreement = _AGREEMENT[match["who"].lower()]
    if _named_before(question, match.start(), agreement):
        return None
    before = {"qu": "que ", "s": "si ", "lorsqu": "lorsque "}.get(match["before"][:-1].lower(), match["before"])
    return f"{question[: match.start()]}{before}{topic(former, agreement)} {question[match.end() :]}"


def _small(question: str, at: int) -> str:
    return question[at].lower() + question[at + 1 :]


def object_(question: str, former: str) -> str | None:
    """`Qui doit le rédiger ?`, `Qui les entretient ?`"""
    for match in _OBJECT.finditer(question):
        verb = match["verb"] or match["infinitive"]
        if match["clitic"] and (verb.lower() in _NOUNS or verb.lower().endswith("ière")):
            continue
        which = (match["which"] or match["clitic"]).strip().lower().replace("\u2019", "'")
        agreement = _AGREEMENT[which]
        if _named_before(question, match.start(), agreement):
            return None
        words = f"{match['after_who'] or ''}{verb}{match['second'] or ''} {topic(former, agreement)}"
        return f"{question[: match.start()]}{words}{question[match.end() :]}"
    return None


def of_it(question: str, former: str) -> str | None:
    """`Qui en est responsable ?`, `Comment s'en protéger ?`"""
    return _prepositional(question, former, _OF_IT, "de")


def to_it(question: str, former: str) -> str | None:
    """`Comment y remédier ?`"""
    return _prepositional(question, former, _TO_IT, "à")


def _prepositional(question: str, former: str, pattern: re.Pattern[str], preposition: str) -> str | None:
    match = pattern.search(question)
    if match is None or any(each.determiner and each.end <= match.start() for each in phrases(question)):
        return None
    named = contracted(preposition, _any_topic(former))
    verb = f"{'se ' if match['self'] else ''}{match['verb']}"
    rest = re.match(r"[^?!.,;]*?(?=[\s\u00a0\u202f]*(?:[?!.,;]|$))", question[match.end() :])
    end = match.end() + (rest.end() if rest else 0)
    return f"{question[: match.start()]}{verb}{question[match.end() : end]} {named}{question[end:]}"


def _any_topic(former: str) -> str:
    for agreement in ("?s", "?p"):
        try:
            return topic(former, agreement)
        except Unresolved:
            continue
    raise Unresolved


def own(question: str, former: str) -> str | None:
    """`Quelle est sa durée ?`"""
    match = _OWN.search(question)
    if match is None or _named_before(question, match.start(), "?s") or _named_before(question, match.start(), "?p"):
        return None
    whose = match["whose"].lower()
    named = topic(former, "?p" if whose.startswith("leur") else "?s")
    thing = next((each for each in phrases(question) if each.determiner == whose and each.end > match.start()), None)
    if thing is None:
        return None
    article = {"son": "le", "sa": "la", "ses": "les", "leur": "le", "leurs": "les"}[whose]
    words = with_determiner(article, question[match.end() : thing.end])
    return f"{question[: match.start('whose')]}{words} {contracted('de', named)}{question[thing.end :]}"


def this(question: str, former: str) -> str | None:
    """`Cette exposition doit-elle être mesurée ?`"""
    match = _THIS.search(question)
    if match is None or match["noun"].lower() in _PASSING:
        return None
    every = phrases(former)
    at = next((n for n, each in enumerate(every) if each.head == match["noun"].lower()), None)
    if at is None:
        return None
    article = {"ce": "le", "cet": "le", "cette": "la", "ces": "les"}[match["this"].lower()]
    start = every[at].end - len(every[at].words)
    words = with_determiner(article, former[start : extent(former, every, at)])
    if match.start() == 0:
        words = words[:1].upper() + words[1:]
    return f"{question[: match.start()]}{words}{question[match.end() :]}"


RULES: tuple[Callable[[str, str], str | None], ...] = (this, subject, object_, of_it, to_it, own)


def hang(question: str) -> bool:
    """Whether a pronoun of a short first question stands for nothing: `Qui doit le signer ?`"""
    if len(tokens(question)) > _SHORT or _names_its_topic(question):
        return False
    try:
        return any(rule(question, "") is not None for rule in (subject, object_))
    except Unresolved:
        return True


def _names_its_topic(question: str) -> bool:
    """Whether a noun stands before what is asked, as people type on a telephone: `extincteur comment l'utiliser`."""
    asks = _ASKS.search(question)
    before = tokens(question[: asks.start()]) if asks else []
    words = (token.word.lower().partition("-")[0] for token in before)
    return any(len(word) > _LEAST_NOUN and word not in _NO_TOPIC for word in words)
