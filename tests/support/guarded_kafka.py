"""Listeners that ask for an account or encrypt, for a Kafka of the tests' own."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka.admin import AdminClient, ScramCredentialInfo, ScramMechanism, UserScramCredentialUpsertion

from tests.support.own_kafka import OwnKafka, own_kafka

USER, PASSWORD = "vigie", "un mot de passe, long"
_LISTENERS = {"PLAINTEXT": 0, "CONTROLLER": 1, "SASL_PLAINTEXT": 2, "SASL_SSL": 3, "SSL": 4}
"""Ports behind the first; the first two are the start script's."""
_PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule"
_SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"


@dataclass(frozen=True)
class GuardedKafka:
    """One node that also listens without a guard, and the certificates ca.pem (its own) and other-ca.pem."""

    node: OwnKafka

    def certificate(self, name: str) -> Path:
        return self.node.folder / name

    def address(self, protocol: str = "PLAINTEXT") -> str:
        host, _, first = self.node.bootstrap_servers.partition(":")
        return f"{host}:{int(first) + _LISTENERS[protocol]}"


@contextmanager
def guarded_kafka() -> Iterator[GuardedKafka]:
    """One account may come in by password (PLAIN, SCRAM), anybody by certificate."""
    with own_kafka(properties=_properties) as node:
        admin = AdminClient({"bootstrap.servers": node.bootstrap_servers})
        for mechanism in (ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512):
            account = UserScramCredentialUpsertion(USER, ScramCredentialInfo(mechanism, 4096), PASSWORD.encode())
            for done in admin.alter_user_scram_credentials([account]).values():
                done.result(30)
        yield GuardedKafka(node)


def _properties(folder: Path, first: int) -> dict[str, str]:
    _certify(folder)
    listeners = {name: f"{name}://127.0.0.1:{first + behind}" for name, behind in _LISTENERS.items()}
    properties = {
        "listeners": ",".join(listeners.values()),
        "advertised.listeners": ",".join(each for name, each in listeners.items() if name != "CONTROLLER"),
        "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(folder / "node.pem"),
    }
    for name in ("sasl_plaintext", "sasl_ssl"):
        login = f"listener.name.{name}"
        properties[f"{login}.plain.sasl.jaas.config"] = f'{_PLAIN} required user_{USER}="{PASSWORD}";'
        for mechanism in ("scram-sha-256", "scram-sha-512"):
            properties[f"{login}.{mechanism}.sasl.jaas.config"] = f"{_SCRAM} required;"
    return properties


def _certify(folder: Path) -> None:
    """node.pem: a key and a certificate of 127.0.0.1; ca.pem, which vouches for it; other-ca.pem, which does not."""
    made = ("-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    for name in ("ca", "other-ca"):
        _openssl(
            "req", *made, "-subj", f"/CN={name}", "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.pem"
        )
    node = ("-addext", "subjectAltName=IP:127.0.0.1", "-CA", f"{folder}/ca.pem", "-CAkey", f"{folder}/ca.key")
    _openssl(
        *("req", *made, *node, "-subj", "/CN=node", "-addext", "basicConstraints=critical,CA:FALSE"),
        *("-keyout", f"{folder}/node.key", "-out", f"{folder}/node.crt"),
    )
    (folder / "node.pem").write_text((folder / "node.key").read_text() + (folder / "node.crt").read_text())


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
