"""Each service restarted, one after the other, while questions go on: none is lost, none fails (lab/rolling)."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

import pytest

from lab.bench.connected import servers
from lab.bench.connected.bare import store_passages
from lab.bench.connected.services import ROOT, Services
from lab.rolling.run import WORKERS_FIRST, Rolling, RollingPlan
from shared.storage.folder import FolderStore
from tests.support.kafka import KAFKA
from tests.support.warm_start import ChildProcess, started

POSTGRES = os.environ.get("VIGIE_TEST_POSTGRES", "")

pytestmark = [
    pytest.mark.connected,
    pytest.mark.processes,
    pytest.mark.skipif(
        not (KAFKA and POSTGRES), reason="no restart was tried: VIGIE_TEST_KAFKA, VIGIE_TEST_POSTGRES not set"
    ),
]


def start_warm(arguments: Sequence[str], *, tree: Path, env: Mapping[str, str], output: IO[bytes]) -> ChildProcess:
    """A start that costs the machine nothing: what is measured is how work is handed over."""
    assert tree == ROOT
    return started(arguments, env=env, output=output)


async def test_each_service_restarted_under_load_loses_no_question_and_fails_none(tmp_path: Path) -> None:
    with servers.topics(KAFKA) as kafka:
        async with servers.postgres() as database:
            environment = servers.environment(kafka, database) | {"VIGIE_EMBEDDER_BACKEND": "hashing"}
            await store_passages(FolderStore(tmp_path / "objects"))
            services = Services(tmp_path, environment, start_warm)
            found = await Rolling(RollingPlan(rate=4, calm_s=5), services).run()
    assert found.failed == []
    assert found.lost == 0
    assert set(found.exit_codes.values()) == {0}
    assert len(found.exit_codes) == 2 * len(WORKERS_FIRST)
    assert found.asked > len(WORKERS_FIRST)
