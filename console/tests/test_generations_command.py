"""`zarbia generations`: what is asked of processes, and when nothing is done."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from chassis.folding.publishing.charge import Charge, Role
from chassis.folding.verifying.live import Live
from console.__main__ import app
from console.differing.numbers import ranges
from console.generations import taking_over
from console.generations.figures import behind, closed_through, common_cut, compared_figures
from console.generations.instance import Instance, InstanceError
from console.generations.roles import told
from console.generations.taking_over import held, require_whole, until_in_charge
from services.registry_metrics.fold import PRODUCER_STATISTICS

FOLD = PRODUCER_STATISTICS
STATE = {"fold": FOLD.name, "generation": 2, "fingerprint": FOLD.fingerprint, "problems": []}


def live(through: str, offset: int, **of_days: int) -> Live:
    """A partition in which producers were contributed on days of March."""
    closing = {"generation": 1, "partition": 0, "through": through, "held": 0}
    statistics = {'["0","closed"]': json.dumps(closing).encode()}
    for day, producers in of_days.items():
        place = {
            "partition": 0,
            "knowledge_day": f"2026-03-{day[1:]}",
            "cell": {"chain": "zellige"},
        }
        statistics[day] = json.dumps(place | {"producers": producers}).encode()
    return Live({"registry.producers.v1": offset}, statistics, {}, {}, {})


def test_generations_that_stand_elsewhere_are_compared_at_equal_day() -> None:
    a = live("2026-03-09", 10, d09=3, d10=5)
    b = live("2026-03-10", 20, d09=3, d10=7)

    cut = common_cut(a, b)

    assert cut.through == date(2026, 3, 9)
    assert cut.a == cut.b
    assert compared_figures({0: a, 1: None}, {0: b, 1: b}).compared == 1
    assert common_cut(a, live("2026-03-09", 10, d09=3, d10=7)).through is None, "the same offsets"
    assert compared_figures({0: a}, {0: live("2026-03-09", 10, d09=3, d10=7)}).differing == 1


def test_one_that_has_not_closed_the_day_is_behind() -> None:
    a, b = live("2026-03-10", 10), live("2026-03-09", 9)

    assert closed_through(a) == date(2026, 3, 10)
    assert behind({0: a, 1: b, 2: a, 3: None}, {0: b, 1: a, 2: None, 3: None}) == [0, 2]


def test_roles_as_people_read_them() -> None:
    roles = {0: Role.SILENT, 1: Role.SILENT, 2: Role.IN_CHARGE, 3: Role.SILENT}

    assert told(roles) == "silent in 0-1, 3, in charge in 2"
    assert told({0: Role.RETIRED, 1: Role.RETIRED}) == "retired"
    assert ranges([]) == ""


class Processes:
    """What they answer, by URL, and what they were told."""

    def __init__(self, states: Mapping[str, Any]) -> None:
        self.states = dict(states)
        self.told: list[tuple[str, Any]] = []

    def request(self, method: str, url: str, **content: Any) -> httpx.Response:
        base, _, path = url.removeprefix("http://").partition("/")
        if base not in self.states:
            raise httpx.ConnectError("refused")
        if method == "POST":
            self.told.append((path, content["json"]))
            return httpx.Response(409, json={"detail": "is retired in partitions 3"})
        assert path == "v1/status"
        return httpx.Response(200, json=self.states[base])


def state(partitions: range, role: str = "silent", **other: Any) -> dict[str, Any]:
    parts = [{"partition": n, "role": role, "publishing": "ok"} for n in partitions]
    return STATE | {"partitions": parts} | other


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Processes:
    found = Processes({"a": state(range(5)), "b": state(range(5, 12))})
    monkeypatch.setattr(httpx, "request", found.request)
    return found


def test_all_processes_of_the_generation_are_needed(processes: Processes) -> None:
    a, b = Instance("http://a/"), Instance("http://b")

    require_whole(FOLD, 2, [(a, a.state()), (b, b.state())])
    with pytest.raises(InstanceError, match="named folds the partitions 5-11: --at may be stated"):
        require_whole(FOLD, 2, [(a, a.state())])
    processes.states["b"]["fingerprint"] = "another/2"
    with pytest.raises(InstanceError, match="http://b folds another/2, and this zarbia"):
        require_whole(FOLD, 2, [(a, a.state()), (b, b.state())])
    with pytest.raises(InstanceError, match="http://a is of generation 2 of registry-metrics, not"):
        require_whole(FOLD, 3, [(a, a.state())])


def test_what_a_process_refuses_is_told(processes: Processes) -> None:
    with pytest.raises(InstanceError, match="http://a refuses: is retired in partitions 3"):
        Instance("http://a").take_over(2)
    assert processes.told == [("internal/generation/take-over", {"generation": 2})]
    with pytest.raises(InstanceError, match="http://c cannot be reached: refused"):
        Instance("http://c").state()
    processes.states["a"] = {"problems": []}
    with pytest.raises(InstanceError, match="http://a does not say which generation it is of"):
        Instance("http://a").state()


def test_it_waits_until_all_partitions_have_taken_over(processes: Processes) -> None:
    instances = [Instance("http://a"), Instance("http://b")]
    seen: list[int] = []

    def pauses() -> Iterator[None]:
        yield
        processes.states["a"] = state(range(5), "in charge")
        yield
        processes.states["b"] = state(range(5, 12), "in charge")
        yield
        pytest.fail("it is done")

    assert until_in_charge(instances, 12, pauses(), seen.append) == set()
    assert seen == [0, 5, 12]
    processes.states["b"] = state(range(5, 12))
    assert until_in_charge(instances, 12, [None], seen.append) == set(range(5, 12))


def test_without_a_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZARBIA_KAFKA", raising=False)
    where = ["--data", str(tmp_path)]
    listed = CliRunner().invoke(app, ["generations", *where])
    taken = CliRunner().invoke(app, ["generations", "take-over", "2", *where])

    assert (listed.exit_code, taken.exit_code) == (2, 2)
    assert (
        listed.stderr
        == taken.stderr
        == f"error: no stack runs on {tmp_path}: zarbia up starts one\n"
    )


def test_options_in_front_of_take_over_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ZARBIA_KAFKA", raising=False)
    here, there = ["--data", str(tmp_path)], ["--data", str(tmp_path / "other")]
    run = CliRunner().invoke

    before = run(app, ["generations", *here, "take-over", "2"])
    twice = run(app, ["generations", *here, "take-over", "2", *here])
    apart = run(app, ["generations", *here, "take-over", "2", *there])
    formatted = run(app, ["generations", "--format", "json", "take-over", "2"])

    assert (
        before.stderr
        == twice.stderr
        == f"error: no stack runs on {tmp_path}: zarbia up starts one\n"
    )
    assert (apart.exit_code, "stands twice, and differs" in apart.stderr) == (2, True)
    assert (formatted.exit_code, "only the list has a format" in formatted.stderr) == (2, True)


def test_the_fold_in_front_of_take_over_counts(processes: Processes) -> None:
    arguments = ["generations", "--fold", "registry-metrics", "take-over", "3", "--at", "http://a"]

    refused = CliRunner().invoke(app, arguments)

    assert (refused.exit_code, "not of generation 3 of registry-metrics" in refused.stderr) == (
        1,
        True,
    )


async def test_one_that_is_retired_by_the_cursors_does_not_take_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    roles = {n: Charge(Role.RETIRED if n < 3 else Role.IN_CHARGE, None, 2, None) for n in range(12)}

    async def charges(*_: object) -> dict[int, Charge]:
        return roles

    monkeypatch.setattr(taking_over, "charges", charges)
    with pytest.raises(InstanceError, match="generation 1 is retired in the partitions 0-2: a new"):
        await held("kafka", FOLD, 1)
    roles = {n: Charge(Role.IN_CHARGE, None, 2, None) for n in range(12)}
    assert await held("kafka", FOLD, 2) == 12
