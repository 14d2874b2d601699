"""Access control: rights of a person (rights.py), and the signed grants that carry them to the workers (grants.py)."""

from shared.access.grants import Grant, GrantSigner, GrantVerifier, Purpose
from shared.access.rights import PUBLIC, Principal, Role, is_scope, scope_of_group

__all__ = [
    "PUBLIC",
    "Grant",
    "GrantSigner",
    "GrantVerifier",
    "Principal",
    "Purpose",
    "Role",
    "is_scope",
    "scope_of_group",
]
