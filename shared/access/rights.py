"""Scopes, roles, and the rights of a person.

A scope is `public`, `unit:<code>` or `delegation:<code>`. Scopes and roles come from the verified token alone.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

PUBLIC = "public"
_SCOPE = re.compile(r"public|(?:unit|delegation):[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
_GROUPS = {"/units/": "unit:", "/delegations/": "delegation:"}


def is_scope(text: str) -> bool:
    """Return whether a text is a scope."""
    return _SCOPE.fullmatch(text) is not None


def scope_of_group(path: str) -> str | None:
    """Return the scope of an issuer's group; None where the group has none.

    Args:
        path: full path of the group, in Keycloak's form: `/units/UMR5219`.
    """
    for prefix, kind in _GROUPS.items():
        scope = f"{kind}{path.removeprefix(prefix)}"
        if path.startswith(prefix) and is_scope(scope):
            return scope
    return None


class Role(StrEnum):
    READER = "reader"
    PREVENTION_ASSISTANT = "prevention-assistant"
    UNIT_DIRECTOR = "unit-director"
    PREVENTION_ADVISOR = "prevention-advisor"
    ADMIN = "admin"


_WRITERS = {
    Role.PREVENTION_ASSISTANT: "unit:",
    Role.UNIT_DIRECTOR: "unit:",
    Role.PREVENTION_ADVISOR: "delegation:",
}
"""Kind of a person's own scopes that each role may write to."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A person or a service, described by its verified token. `scopes` always contains `public`."""

    subject: str
    scopes: frozenset[str]
    roles: frozenset[Role]

    def may_read(self, scope: str) -> bool:
        return scope in self.scopes

    def may_write(self, scope: str) -> bool:
        """Return whether the person may write: an admin to every scope (without reading it), others to their own."""
        if Role.ADMIN in self.roles:
            return True
        prefixes = tuple(_WRITERS[role] for role in self.roles if role in _WRITERS)
        return bool(prefixes) and scope in self.scopes and scope.startswith(prefixes)
