"""What the settings say of encryption and accounts, in the words of both client libraries."""

import subprocess
from functools import partial
from pathlib import Path

import pytest
from faststream.kafka.security import parse_security
from pydantic import ValidationError

from shared.kafka.security import librdkafka_options, security_of
from shared.settings import BrokerSettings

account_settings = partial(BrokerSettings, sasl_username="vigie", sasl_password="rossignol")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    what = ("-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=ca", "-keyout", "/dev/null", "-out", file)
    subprocess.run(["openssl", "req", *what], check=True, capture_output=True)
    return file


def test_without_settings_there_is_neither_encryption_nor_an_account() -> None:
    assert security_of(BrokerSettings()) is None
    assert librdkafka_options(BrokerSettings(bootstrap_servers="kafka:9092")) == {
        "bootstrap.servers": "kafka:9092",
        "security.protocol": "PLAINTEXT",
    }


def test_encryption_alone(certificate: Path) -> None:
    settings = BrokerSettings(security_protocol="SSL", ssl_ca_file=certificate)
    options = parse_security(security_of(settings))
    assert options["security_protocol"] == "SSL"
    assert options["ssl_context"].check_hostname
    assert librdkafka_options(settings)["ssl.ca.location"] == str(certificate)


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
@pytest.mark.parametrize("protocol", ["SASL_PLAINTEXT", "SASL_SSL"])
def test_an_account_with_or_without_encryption(mechanism: str, protocol: str, certificate: Path) -> None:
    settings = account_settings(security_protocol=protocol, sasl_mechanism=mechanism, ssl_ca_file=certificate)
    options = parse_security(security_of(settings))
    assert options["security_protocol"] == protocol
    assert options["sasl_mechanism"] == mechanism
    assert (options["sasl_plain_username"], options["sasl_plain_password"]) == ("vigie", "rossignol")
    assert (options["ssl_context"] is not None) == (protocol == "SASL_SSL")
    assert librdkafka_options(settings)["sasl.password"] == "rossignol"


@pytest.mark.parametrize("wrong", [{"security_protocol": "SASL_SSL"}, {"ssl_key_file": "key.pem"}])
def test_what_is_half_said_is_refused_at_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        BrokerSettings.model_validate(wrong)


def test_the_password_is_not_shown() -> None:
    assert "rossignol" not in repr(account_settings(security_protocol="SASL_SSL"))
