"""What a question takes for granted, apart from what it asks behind that. Pure.

`Puisque les gants sont à ma charge, quelle prime demander ?` asks for a bonus; what the law says is who pays for
gloves. The words of what is asked lead to other articles, those of the premise to the one that says otherwise.
"""

import re

from shared.language.folding import folded

_ASKED_BEHIND = re.compile(
    r",\s*(?=(?:et |alors |donc |mais )?(?:(?:par|avec|chez|a|sous|pour|jusqu'a|dans|sur) )?"
    r"(?:quel(?:le)?s?|combien|qui|quoi|quand|comment|que) )"
)
"""A comma with what is asked behind it, in folded text: `..., combien coûtent-ils ?`; `..., non ?` asks no more."""

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
    asked = [*_ASKED_BEHIND.finditer(plain)]
    if not asked:
        return ""
    introduced = _INTRODUCED.match(plain)
    premise = question[introduced.end() if introduced else 0 : asked[-1].start()].strip()
    return premise if len(premise.split()) >= _LEAST_WORDS else ""
