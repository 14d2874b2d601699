"""The soak in small: 2,000 messages through two hops, workers killed -9 in the middle (fault 1, at volume)."""

from pathlib import Path

import pytest

from lab.soak.run import SoakPlan, soak
from shared.settings import BrokerSettings
from tests.support.kafka import KAFKA, REASON

pytestmark = [pytest.mark.connected, pytest.mark.processes, pytest.mark.skipif(not KAFKA, reason=REASON)]


async def test_workers_killed_under_load_lose_nothing_and_nothing_takes_effect_twice(tmp_path: Path) -> None:
    found = await soak(SoakPlan(2000, workers=3, kills=2), BrokerSettings(bootstrap_servers=KAFKA), tmp_path)
    assert [(stage.ids, stage.effects) for stage in found.stages] == [(2000, 2000)] * 2
    assert (found.lost, found.twice, found.kills) == (0, 0, 2)
