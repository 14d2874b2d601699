"""The capacity model and the simulated rush hour of docs/scaling.md agree with each other and with arithmetic."""

import re
from pathlib import Path

import pytest

from lab.scaling.figures import SLOTS, chain_costs, costs
from lab.scaling.model import WORKERS, Costs, Installation, first_wall, walls, working
from lab.scaling.simulation import RushHour, simulate


@pytest.mark.parametrize(("replicas", "partitions", "at_work"), [(1, 6, 1), (2, 6, 2), (4, 6, 3), (6, 6, 6), (9, 6, 6)])
def test_replicas_work_as_evenly_as_partitions_part(replicas: int, partitions: int, at_work: float) -> None:
    assert working(replicas, partitions) == at_work


def test_the_first_wall_is_the_lowest() -> None:
    of_a_question = Costs({"gateway": 3, "embedder": 12, "retriever": 20, "generator": 1, "kafka": 1}, 6, 8)
    found = walls(of_a_question, Installation(cores=4))
    assert found == pytest.approx(
        {
            "processor": 4000 / 37,
            "gateway": 1000 / 3,
            "embedder": 1000 / 12,
            "retriever": 50,
            "generator": 1000,
            "slots": 8 / 6,
        }
    )
    assert first_wall(of_a_question, Installation(cores=4)) == ("slots", found["slots"])
    more = Installation(cores=4, replicas={"generator": 6})
    wall, most = first_wall(of_a_question, more)
    assert (wall, round(most, 9)) == ("slots", 8)


def test_what_the_docs_say_that_the_model_says_of_their_run_is_what_it_says() -> None:
    text = (Path(__file__).parents[2] / "docs/scaling.md").read_text(encoding="utf-8")
    run = re.search(r"a model that takes (\d+) s in one of (\d+) slots", text)
    rows = re.findall(r"^\| (\d) \| [\d.]+ \| ([\d.]+) \|", text, re.MULTILINE)
    assert run
    assert int(run[2]) == SLOTS
    for replicas, predicted in rows:
        there = Installation(cores=2, replicas=dict.fromkeys(WORKERS, int(replicas)))
        assert first_wall(chain_costs(int(run[1])), there) == ("slots", float(predicted))
    assert len(rows) == 3


def test_quotes_have_no_slots_to_wait_for() -> None:
    wall, most = first_wall(costs(0), Installation(cores=8))
    assert (wall, round(most, 1)) == ("retriever", 43.7)


@pytest.mark.parametrize("share", [0.5, 1.5])
def test_below_the_wall_nobody_waits_long_and_above_it_a_queue_grows(share: float) -> None:
    there = Installation(cores=8, replicas=dict.fromkeys(("gateway", *WORKERS), 3))
    _, most = first_wall(costs(), there)
    hour = RushHour(people=round(share * most * 600), asking=1, questions=1, peak=1, duration_s=600)
    found = simulate(hour, costs(), there)
    assert len(found.waited_s) == pytest.approx(hour.people, rel=0.15)
    assert (found.percentile(0.5) < 10) is (share < 1)
    assert (found.busy["slots"] > 0.9) is (share > 1)


def test_a_simulation_comes_again() -> None:
    hour = RushHour(people=500)
    assert simulate(hour, costs(), Installation(4)).waited_s == simulate(hour, costs(), Installation(4)).waited_s
    assert (
        simulate(hour, costs(), Installation(4), seed=2).waited_s != simulate(hour, costs(), Installation(4)).waited_s
    )
