"""Who may read and write, and grants that nobody can bend."""

import base64
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from shared.access import PUBLIC, Grant, GrantSigner, GrantVerifier, Principal, Role, is_scope
from shared.errors import Forbidden
from tests.fakes.shared import grant_keys

UNIT = "unit:UMR5219"
JOB = uuid4()
GRANT = Grant("alice", frozenset({PUBLIC, UNIT}), "read", JOB)
SIGNER, VERIFIER = grant_keys()


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=5)


def test_a_grant_arrives_as_it_was_signed() -> None:
    assert VERIFIER.verify(SIGNER.sign(GRANT, soon()), purpose="read", job=JOB) == GRANT


def test_a_document_s_grant_does_not_age() -> None:
    grant = Grant("alice", frozenset({UNIT}), "write", JOB)
    token = SIGNER.sign(grant)
    assert "exp" not in jwt.decode(token, options={"verify_signature": False})
    assert VERIFIER.verify(token, purpose="write", job=JOB) == grant


def test_a_grant_past_its_deadline_is_refused() -> None:
    token = SIGNER.sign(GRANT, datetime.now(UTC) - timedelta(seconds=1))
    with pytest.raises(Forbidden):
        VERIFIER.verify(token, purpose="read", job=JOB)


def test_a_grant_serves_its_own_purpose_and_job_alone() -> None:
    token = SIGNER.sign(GRANT, soon())
    with pytest.raises(Forbidden):
        VERIFIER.verify(token, purpose="write", job=JOB)
    with pytest.raises(Forbidden):
        VERIFIER.verify(token, purpose="read", job=uuid4())


def test_a_grant_of_another_key_is_refused() -> None:
    other, _ = grant_keys()
    with pytest.raises(Forbidden):
        VERIFIER.verify(other.sign(GRANT, soon()), purpose="read", job=JOB)


def unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims_of(token: str) -> dict[str, object]:
    claims: dict[str, object] = jwt.decode(token, options={"verify_signature": False})
    return claims


def test_a_grant_with_other_scopes_under_the_same_signature_is_refused() -> None:
    header, _, signature = SIGNER.sign(GRANT, soon()).split(".")
    wider = claims_of(SIGNER.sign(GRANT, soon())) | {"scopes": [PUBLIC, UNIT, "unit:OTHER"]}
    with pytest.raises(Forbidden):
        VERIFIER.verify(f"{header}.{unpadded(json.dumps(wider).encode())}.{signature}", purpose="read", job=JOB)


def test_an_unsigned_grant_is_refused() -> None:
    token = jwt.encode(claims_of(SIGNER.sign(GRANT, soon())), "", algorithm="none")
    with pytest.raises(Forbidden):
        VERIFIER.verify(token, purpose="read", job=JOB)


def test_the_public_key_does_not_sign_as_a_shared_secret() -> None:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    claims = claims_of(SIGNER.sign(GRANT, soon()))
    head = unpadded(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    body = unpadded(json.dumps(claims).encode())
    import hmac

    signature = unpadded(hmac.digest(public, f"{head}.{body}".encode(), "sha256"))
    with pytest.raises(Forbidden):
        GrantVerifier(public).verify(f"{head}.{body}.{signature}", purpose="read", job=JOB)


def pem_of(key: Ed25519PrivateKey) -> bytes:
    public = key.public_key()
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def signer_of(key: Ed25519PrivateKey) -> GrantSigner:
    return GrantSigner(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def test_while_keys_are_rotated_grants_of_both_pass_and_of_a_third_none() -> None:
    former, newer, third = (Ed25519PrivateKey.generate() for _ in range(3))
    for public_keys in (pem_of(former) + pem_of(newer), pem_of(newer) + b"\n# a remark\n" + pem_of(former)):
        verifier = GrantVerifier(public_keys)
        for key in (former, newer):
            assert verifier.verify(signer_of(key).sign(GRANT, soon()), purpose="read", job=JOB) == GRANT
        with pytest.raises(Forbidden):
            verifier.verify(signer_of(third).sign(GRANT, soon()), purpose="read", job=JOB)


def test_a_key_that_was_taken_out_opens_nothing() -> None:
    former, newer = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    with pytest.raises(Forbidden):
        GrantVerifier(pem_of(newer)).verify(signer_of(former).sign(GRANT, soon()), purpose="read", job=JOB)


def test_an_expired_grant_of_the_former_key_is_told_as_such() -> None:
    former, newer = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    expired = signer_of(former).sign(GRANT, datetime.now(UTC) - timedelta(minutes=1))
    with pytest.raises(Forbidden) as refusal:
        GrantVerifier(pem_of(former) + pem_of(newer)).verify(expired, purpose="read", job=JOB)
    assert refusal.value.params == {"reason": "ExpiredSignatureError"}


@pytest.mark.parametrize("kind", ["nothing", "x25519", "text"])
def test_a_file_without_an_ed25519_key_ends_the_start(kind: str) -> None:
    other = X25519PrivateKey.generate().public_key()
    files = {
        "nothing": b"",
        "text": b"no key",
        "x25519": pem_of(Ed25519PrivateKey.generate())
        + other.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
    }
    with pytest.raises(ValueError, match="Ed25519"):
        GrantVerifier(files[kind])


@pytest.mark.parametrize("missing", ["aud", "sub", "scopes", "purpose", "job"])
def test_a_grant_that_lacks_a_claim_is_refused(missing: str) -> None:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    claims = claims_of(SIGNER.sign(GRANT, soon()))
    del claims[missing]
    with pytest.raises(Forbidden):
        GrantVerifier(public).verify(jwt.encode(claims, key, algorithm="EdDSA"), purpose="read", job=JOB)


@pytest.mark.parametrize("token", ["", "no token", "a.b.c", "é.é.é"])
def test_what_is_no_grant_is_refused(token: str) -> None:
    with pytest.raises(Forbidden):
        VERIFIER.verify(token, purpose="read", job=JOB)


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("public", True),
        ("unit:UMR5219", True),
        ("delegation:DR-12.b_3", True),
        ("unit:", False),
        ("unit:-x", False),
        ("unit:a b", False),
        ("unit:a\n", False),
        ("public\n", False),
        ("Public", False),
        ("unit:" + "x" * 33, False),
        ("team:x", False),
        ("", False),
    ],
)
def test_what_a_scope_is(text: str, valid: bool) -> None:
    assert is_scope(text) is valid


def person(role: Role, *scopes: str) -> Principal:
    return Principal("p", frozenset({PUBLIC, *scopes}), frozenset({role}))


@pytest.mark.parametrize(
    ("principal", "scope", "reads", "writes"),
    [
        (person(Role.READER, UNIT), UNIT, True, False),
        (person(Role.READER), PUBLIC, True, False),
        (person(Role.PREVENTION_ASSISTANT, UNIT), UNIT, True, True),
        (person(Role.PREVENTION_ASSISTANT, UNIT), "unit:OTHER", False, False),
        (person(Role.PREVENTION_ASSISTANT, UNIT), PUBLIC, True, False),
        (person(Role.UNIT_DIRECTOR, UNIT), UNIT, True, True),
        (person(Role.PREVENTION_ADVISOR, "delegation:DR12"), "delegation:DR12", True, True),
        (person(Role.PREVENTION_ADVISOR, UNIT), UNIT, True, False),
        (person(Role.PREVENTION_ASSISTANT, "delegation:DR12"), "delegation:DR12", True, False),
        (person(Role.ADMIN), UNIT, False, True),
        (person(Role.ADMIN), PUBLIC, True, True),
    ],
)
def test_who_reads_and_who_writes(principal: Principal, scope: str, reads: bool, writes: bool) -> None:
    assert (principal.may_read(scope), principal.may_write(scope)) == (reads, writes)
