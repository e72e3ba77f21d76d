"""What limits a run is read from the use of the processors."""

import pytest

from bench.scaling.company import Run, limit, median_run


def run(
    members: int = 1, fold_cpu: float = 5.0, busy_cores: float = 1.0, seconds: float = 10.0
) -> Run:
    return Run(members, seconds, 1.0, None, fold_cpu, 3.0, busy_cores, 0)


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        (run(fold_cpu=5.0, busy_cores=1.9), "others on this machine, measure again"),
        (run(members=2, fold_cpu=13.0, busy_cores=1.9), "the machine's cores"),
        (run(fold_cpu=9.5, busy_cores=1.3), "one core for each process"),
        (run(fold_cpu=5.0, busy_cores=1.0), "waiting, not by cores"),
    ],
)
def test_the_limit_is_named(measured: Run, expected: str) -> None:
    assert limit(measured, cores=2).partition(":")[0] == expected


def test_the_median_is_a_run_that_was() -> None:
    runs = [run(seconds=3.0), run(seconds=1.0), run(seconds=2.0)]
    assert median_run(runs) is runs[2]
