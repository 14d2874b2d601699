"""Who may do what, as named predicates. Pure: a service asks here, and nowhere spells a rule of its own.

The rules stand on the verified token alone (shared/access): scopes say what a person reads, roles what they write.
They are asked at each reading: whoever asked or sent something while in a unit has no right to it by that.
To look after the platform (admin) gives no right to read a unit's documents.
"""

from typing import Protocol

from shared.access import PUBLIC, Principal, Role
from shared.contracts.questions import Sentence
from shared.errors import Forbidden

_DUERP_KEEPERS = frozenset({Role.PREVENTION_ASSISTANT, Role.UNIT_DIRECTOR})


class Submitted(Protocol):
    """What has a scope and was sent by somebody: a document's record."""

    @property
    def scope(self) -> str: ...

    @property
    def submitted_by(self) -> str: ...


class Asked(Protocol):
    """What somebody asked: a question's record."""

    @property
    def asked_by(self) -> str: ...


def may_administer(principal: Principal) -> bool:
    """Whether the person looks after the platform: models, people, everybody's verdicts."""
    return Role.ADMIN in principal.roles


def may_read(principal: Principal, scope: str) -> bool:
    """Whether the person may read what is in the scope."""
    return principal.may_read(scope)


def may_write(principal: Principal, scope: str) -> bool:
    """Whether the person may send, change and withdraw documents of the scope."""
    return principal.may_write(scope)


def may_write_somewhere(principal: Principal) -> bool:
    """Whether there is a scope that the person may send documents to."""
    return any(principal.may_write(scope) for scope in principal.scopes)


def may_keep_duerp(principal: Principal, scope: str) -> bool:
    """Whether the person may write in the DUERP of a unit: its assistants and directors, who read it (ADR 35)."""
    return may_read(principal, scope) and bool(principal.roles & _DUERP_KEEPERS)


def may_keep_some_duerp(principal: Principal) -> bool:
    """Whether there is a DUERP that the person may write in."""
    return any(may_keep_duerp(principal, scope) for scope in principal.scopes if scope != PUBLIC)


def may_read_statistics(principal: Principal, scope: str) -> bool:
    """Whether the person may read statistics of a delegation's units: who advises it on prevention."""
    return may_read(principal, scope) and Role.PREVENTION_ADVISOR in principal.roles


def may_publish(principal: Principal, scope: str) -> bool:
    """Whether the person may send a public corpus to the scope: its words are cited as the publisher's, not theirs."""
    return may_administer(principal) and scope == PUBLIC


def may_reindex(principal: Principal, scope: str) -> bool:
    """Whether the person may send a document of the scope through the chain again, which changes nothing in it."""
    return may_administer(principal) or may_write(principal, scope)


def may_follow(principal: Principal, document: Submitted) -> bool:
    """Whether the person may see how a document fares: who may read it, and who sent it or changed it last."""
    return may_read(principal, document.scope) or document.submitted_by == principal.subject


def may_open_question(principal: Principal, question: Asked) -> bool:
    """Whether the person may read, cancel, judge and forget a question: who asked it, and nobody else."""
    return question.asked_by == principal.subject


def may_hear(principal: Principal, sentence: Sentence) -> bool:
    """Whether the person may read all that a sentence of an answer cites."""
    return all(each.scope is None or may_read(principal, each.scope) for each in sentence.citations)


def require(permitted: bool, /, **params: str) -> None:
    """Go on if it is permitted.

    Args:
        params: what the refusal names, such as `scope`.

    Raises:
        Forbidden: it is not.
    """
    if not permitted:
        raise Forbidden(**params)
