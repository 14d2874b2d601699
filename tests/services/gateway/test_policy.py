"""Who may do what, by role and scope."""

from dataclasses import dataclass

import pytest

from services.gateway.policy import (
    may_administer,
    may_follow,
    may_keep_duerp,
    may_keep_some_duerp,
    may_publish,
    may_read,
    may_reindex,
    may_write,
    require,
)
from shared.access import PUBLIC, Principal, Role
from shared.errors import Forbidden

UNIT = "unit:UMR5219"
OTHER = "unit:UMR1"


@dataclass(frozen=True)
class Sent:
    scope: str
    submitted_by: str


def person(role: Role, *scopes: str) -> Principal:
    return Principal("alice", frozenset({PUBLIC, *scopes}), frozenset({role}))


@pytest.mark.parametrize(
    ("role", "writes_own", "writes_other", "administers"),
    [
        (Role.READER, False, False, False),
        (Role.PREVENTION_ASSISTANT, True, False, False),
        (Role.UNIT_DIRECTOR, True, False, False),
        (Role.PREVENTION_ADVISOR, False, False, False),
        (Role.ADMIN, True, True, True),
    ],
)
def test_role_decides_what_is_written(role: Role, writes_own: bool, writes_other: bool, administers: bool) -> None:
    principal = person(role, UNIT)
    assert may_write(principal, UNIT) is writes_own
    assert may_write(principal, OTHER) is writes_other
    assert may_reindex(principal, OTHER) is writes_other
    assert may_administer(principal) is administers


def test_admin_reads_no_unit_without_belonging_to_it() -> None:
    assert may_read(person(Role.ADMIN), PUBLIC)
    assert not may_read(person(Role.ADMIN), UNIT)


def test_sender_follows_a_document_that_they_may_not_read() -> None:
    assert may_follow(person(Role.ADMIN), Sent(UNIT, "alice"))
    assert not may_follow(person(Role.ADMIN), Sent(UNIT, "bob"))
    assert may_follow(person(Role.READER, UNIT), Sent(UNIT, "bob"))


def test_refusal_names_what_it_was_about() -> None:
    require(may_read(person(Role.READER, UNIT), UNIT), scope=UNIT)
    with pytest.raises(Forbidden) as refused:
        require(may_read(person(Role.READER), UNIT), scope=UNIT)
    assert refused.value.params == {"scope": UNIT}


@pytest.mark.parametrize("role", Role)
def test_s23_a_public_corpus_is_for_admins_and_for_everybody_to_read(role: Role) -> None:
    principal = person(role, UNIT)
    assert may_publish(principal, PUBLIC) is (role is Role.ADMIN)
    assert not may_publish(principal, UNIT)


@pytest.mark.parametrize("role", list(Role))
def test_a_duerp_is_kept_by_the_assistants_and_directors_who_read_the_unit(role: Role) -> None:
    keeps = role in {Role.PREVENTION_ASSISTANT, Role.UNIT_DIRECTOR}
    assert may_keep_duerp(person(role, UNIT), UNIT) is keeps
    assert may_keep_some_duerp(person(role, UNIT)) is keeps
    assert not may_keep_duerp(person(role, OTHER), UNIT)
    assert not may_keep_some_duerp(person(role))
