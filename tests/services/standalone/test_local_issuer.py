import stat
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import jwt
import pytest

from services.gateway.http.auth import TokenVerifier
from services.gateway.http.jwks_file import JwksFile
from services.standalone.local_issuer import AUDIENCE, CLIENT, ISSUER, LocalIssuer, Person
from shared.access import Grant, GrantSigner, GrantVerifier, Role
from shared.errors import Unauthenticated

ALICE = Person("alice", ("UMR5219",), ("DR12",), (Role.PREVENTION_ASSISTANT, Role.UNIT_DIRECTOR))


@pytest.fixture
def issuer(tmp_path: Path) -> LocalIssuer:
    issuer = LocalIssuer(tmp_path / "keys")
    issuer.prepare()
    return issuer


def verifier(issuer: LocalIssuer) -> TokenVerifier:
    keys = JwksFile(issuer.jwks_file)
    return TokenVerifier(keys, issuer=ISSUER, audience=AUDIENCE, clients=(CLIENT,), algorithms=("ES256",))


async def test_the_gateway_believes_its_tokens(issuer: LocalIssuer) -> None:
    principal = await verifier(issuer).principal(issuer.token(ALICE))
    assert principal.subject == "alice"
    assert principal.scopes == {"public", "unit:UMR5219", "delegation:DR12"}
    assert principal.roles == {Role.PREVENTION_ASSISTANT, Role.UNIT_DIRECTOR}


async def test_the_operator_writes_everywhere_and_reads_what_is_public(issuer: LocalIssuer) -> None:
    principal = await verifier(issuer).principal(issuer.token(issuer.operator()))
    assert principal.may_write("unit:UMR5219")
    assert not principal.may_read("unit:UMR5219")


async def test_a_token_ends(issuer: LocalIssuer) -> None:
    with pytest.raises(Unauthenticated):
        await verifier(issuer).principal(issuer.token(ALICE, lifetime=timedelta(minutes=-5)))


async def test_another_folder_s_tokens_are_worth_nothing(issuer: LocalIssuer, tmp_path: Path) -> None:
    other = LocalIssuer(tmp_path / "others")
    other.prepare()
    with pytest.raises(Unauthenticated):
        await verifier(issuer).principal(other.token(ALICE))


def test_keys_are_made_once_and_stay(issuer: LocalIssuer) -> None:
    before = {path.name: path.read_bytes() for path in issuer.jwks_file.parent.iterdir()}
    issuer.prepare()
    assert {path.name: path.read_bytes() for path in issuer.jwks_file.parent.iterdir()} == before


def test_nobody_else_reads_the_keys(issuer: LocalIssuer) -> None:
    issuer.remember(ALICE)
    folder = issuer.jwks_file.parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in folder.iterdir()} == {
        path.name: 0 for path in folder.iterdir()
    }


def test_the_public_key_set_tells_no_secret(issuer: LocalIssuer) -> None:
    [key] = jwt.PyJWKSet.from_json(issuer.jwks_file.read_text()).keys
    assert '"d"' not in issuer.jwks_file.read_text()
    assert key.key_id == jwt.get_unverified_header(issuer.token(ALICE))["kid"]


def test_grants_are_signed_and_verified_with_its_keys(issuer: LocalIssuer) -> None:
    grant = Grant("alice", frozenset({"public"}), "read", uuid4())
    token = GrantSigner(issuer.grant_private_key_file.read_bytes()).sign(grant)
    verifying = GrantVerifier(issuer.grant_public_key_file.read_bytes())
    assert verifying.verify(token, purpose="read", job=grant.job) == grant


def test_people_are_remembered(issuer: LocalIssuer) -> None:
    assert issuer.person("alice") is None
    issuer.remember(ALICE)
    issuer.remember(Person("rené"))
    assert LocalIssuer(issuer.jwks_file.parent).person("alice") == ALICE
    assert issuer.person("rené") == Person("rené")
    issuer.remember(Person("alice"))
    assert issuer.person("alice") == Person("alice")
