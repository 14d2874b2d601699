"""What compose runs before the services: the keys are made once and for each reader alone, the topics are declared."""

import os
import stat
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
import yaml

from services.standalone.topics.kafka_admin import KafkaTopics
from shared.contracts.topics import all_names
from shared.settings import BrokerSettings
from tests.support.kafka import KAFKA, REASON

pytestmark = [pytest.mark.connected, pytest.mark.skipif(not KAFKA, reason=REASON)]

COMPOSE = Path(__file__).parents[2] / "docker-compose.yml"


def test_a_second_setup_keeps_what_the_first_has_made(tmp_path: Path) -> None:
    service = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]["prepare"]
    shell, option, script = service["command"]
    for volume in service["volumes"]:
        folder = volume.partition(":")[2]
        (tmp_path / folder.strip("/")).mkdir()
        script = script.replace(f"{folder}/", f"{tmp_path}{folder}/")
    environment = os.environ | service["environment"] | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "VIGIE_KAFKA_BOOTSTRAP_SERVERS": KAFKA,
        "VIGIE_KAFKA_TOPIC_PREFIX": f"test-{uuid4().hex[:8]}.",
    }  # fmt: skip
    prefix = environment["VIGIE_KAFKA_TOPIC_PREFIX"]
    topics = KafkaTopics(BrokerSettings(bootstrap_servers=KAFKA, topic_prefix=prefix))
    made = []
    try:
        for _ in range(2):
            done = subprocess.run(
                [shell, option, script], env=environment, capture_output=True, text=True, check=False, timeout=120
            )
            assert done.returncode == 0, done.stdout + done.stderr
            made.append({path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()})
            assert {name.removeprefix(prefix) for name in topics.found(f"{prefix}{name}" for name in all_names())} == {
                *all_names()
            }
    finally:
        topics.delete(list(topics.found(f"{prefix}{name}" for name in all_names())))
    assert made[0] == made[1]
    assert {str(path.relative_to(tmp_path)) for path in made[0]} == {
        "keys/grant.pem", "public/grant.pub.pem", "secrets/events.key",
    }  # fmt: skip
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in made[0])
