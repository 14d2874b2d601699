"""What a question takes for granted, apart from what it asks behind that. Pure.

`Puisque les gants sont à ma charge, quelle prime demander ?` asks for a bonus; what the law says is who pays for
gloves. The words of what is asked lead to other articles, those of the premise to the one that says otherwise.
"""

import re

from shared.language.folding import folded

_ASKED_BEHIND = re.compile(
    r"[,.;]\s*(?=(?:et |alors |donc |mais )?(?:(?:par|avec|chez|a|sous|pour|jusqu'a|dans|sur) )?"
    r"(?:quel(?:le)?s?|combien|qui|quoi|quand|comment|que) )"
)
"""A comma with what is asked behind it, in folded text: `..., combien coûtent-ils ?`; `..., non ?` asks no more."""

_ASKED_AT_ONCE = re.compile(
    r"(?P<before>[\w'-]+) (?=(?:et |alors |donc |mais )?(?:(?:c'est|ca (?:fait|coute)) (?:quel(?:le)?s?|combien)(?!\w)"
    r"|(?:combien|quel(?:le)?s? \w+)(?: \w+)? \w+-(?:t-)?(?:je|on|ils?|elles?)(?!\w)|combien (?:ca|je|on) ))"
)
"""The same without a comma: `Les gants sont à ma charge combien coûtent-ils ?`."""

_LEADS_ON = frozenset(
    """savoir sais sait sache savez savons dire dis dit dites moi demande demandent demander connaitre connais indiquer
    preciser de a pour par avec sur dans en et ou chez sous depuis jusqu'a selon est sont c'est comprendre comprends
    cherche chercher verifier voir explique expliquer decide decider choisir definir determiner importe avant apres
    d'apres vers entre alors donc mais ca fait coute jusque fixe prevoir sait-on""".split()  # noqa: SIM905
)
"""Words, folded, behind which `combien` and `quel` are no question of their own (`à partir de combien`)."""

_SAYS = re.compile(
    r"(?<!\w)(?:est|sont|a|ont|peut|peuvent|doit|doivent|faut|va|vont|paie|paye|payent|paient|suis|dois|n'\w+|me|se|s'\w+|on|je|j'\w+|il|elle)(?!\w)"
)
"""Words without which nothing is said: `Dans ma grande entreprise quels gants ?` takes nothing for granted."""

_INTRODUCED = re.compile(
    r"(?:puisqu[e']?|comme|vu qu[e']?|etant donne qu[e']?|sachant qu[e']?|on m'a dit qu[e']?"
    r"|(?:(?:mon|ma|le|la) )?\w+ (?:me |m')?(?:dit|a dit|disent) qu[e']?)\s*"
)
"""What introduces what is taken for granted, in folded text."""

_LEAST_WORDS = 4
"""Words of a premise that says something alone."""


def premise_of(question: str) -> str:
    """Return what a question takes for granted; "" where nothing is asked behind it."""
    plain = folded(question).replace("\u2019", "'")
    if len(plain) != len(question):
        return ""
    end = _end(plain)
    introduced = _INTRODUCED.match(plain, 0, end)
    premise = question[introduced.end() if introduced else 0 : end].strip()
    return premise if len(premise.split()) >= _LEAST_WORDS else ""


def _end(plain: str) -> int:
    """Return where a premise ends in folded text; 0 where none is there."""
    if asked := [*_ASKED_BEHIND.finditer(plain)]:
        return asked[-1].start()
    at_once = (each for each in _ASKED_AT_ONCE.finditer(plain) if each["before"] not in _LEADS_ON)
    end = next((each.end("before") for each in at_once), 0)
    return end if _SAYS.search(plain, 0, end) else 0
