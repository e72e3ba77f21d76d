"""A running stack: what its services get, what happens when one dies, what is left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from typing import Any

import httpx
import psutil
import pytest

from console.stack import NotRunningError, Service, StackError, find, probes, running, stop
from console.stack.child import FIRST_BACKOFF_S
from console.stack.folder import DataFolder
from console.stack.ports import free_base
from console.stack.state import StackState

STUB = Service("stub", "console.tests.stack_stub", 10)
RUN = "from console.tests.test_stack_supervisor import run_forever; run_forever()"


@pytest.fixture(autouse=True)
def own_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker and a store that seem to be there, so that only services are started."""
    monkeypatch.setenv("ZARBIA_KAFKA", "broker.example:9092")
    monkeypatch.setenv("ZARBIA_MONGO", "mongodb://store.example")
    seem_to_answer(monkeypatch)


def seem_to_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "broker_answers", lambda _: True)
    monkeypatch.setattr(probes, "store_answers", lambda _: True)


def run_forever() -> None:
    """The main program of a supervisor that a test kills."""
    seem_to_answer(pytest.MonkeyPatch())
    with running(Path(sys.argv[1]), [STUB], port_base=int(sys.argv[2])):
        print("up", flush=True)  # noqa: T201 - the test waits for it
        signal.pause()


def ask(url: str) -> dict[str, Any]:
    return dict(httpx.get(url).json())


@contextmanager
def stub_running(data: Path, clock: str | None = None) -> Iterator[dict[str, Any]]:
    with running(data, [STUB], clock, free_base([10])) as stack:
        yield ask(stack.services["stub"])


def gone(*pids: int) -> bool:
    """Whether none of the processes runs any more, at the latest in ten seconds."""
    processes = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    _, alive = psutil.wait_procs(processes, timeout=10)
    return not alive


def test_a_service_gets_its_surroundings_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with stub_running(tmp_path, "driven:2026-01-01T00:00:00Z") as stub:
        assert (
            stub["settings"].items()
            >= {
                "ZARBIA_KAFKA": "broker.example:9092",
                "ZARBIA_MONGO": "mongodb://store.example",
                "ZARBIA_DATA": str(tmp_path),
                "ZARBIA_CLOCK": "driven:2026-01-01T00:00:00Z",
            }.items()
        )
        assert find(tmp_path).clock == "driven:2026-01-01T00:00:00Z"
    assert gone(stub["pid"], stub["child"])
    with pytest.raises(NotRunningError):
        find(tmp_path)


def test_a_second_stack_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with stub_running(tmp_path) as first:
        with pytest.raises(StackError, match="already runs"), stub_running(tmp_path):
            pytest.fail("two stacks")
        assert ask(find(tmp_path).services["stub"])["pid"] == first["pid"]


def test_a_service_that_dies_is_started_again(tmp_path: Path) -> None:
    states: Queue[StackState] = Queue()
    with running(tmp_path, [STUB], port_base=free_base([10]), on_change=states.put) as stack:
        first = ask(stack.services["stub"])
        while not states.empty():
            states.get()

        os.kill(first["pid"], signal.SIGKILL)

        assert states.get(timeout=10).members[-1].phase == "restarting"
        while not states.get(timeout=10 + FIRST_BACKOFF_S).ready:
            pass
        second = ask(stack.services["stub"])
        assert second["pid"] != first["pid"]
        assert gone(first["child"])
    assert "stub ended (exit code -9): starts again in 1 s" in log_of_supervisor(tmp_path)


def log_of_supervisor(data: Path) -> str:
    return DataFolder(data).log("supervisor").read_text()


def test_a_service_that_cannot_start_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    services = [STUB, Service("broken", "console.tests.no_such_module", 11)]
    with (
        pytest.raises(StackError, match=r"broken ended while starting.*No module named") as raised,
        running(tmp_path, services, port_base=free_base([10, 11])),
    ):
        pytest.fail("started")
    assert "\n" not in str(raised.value)
    children = psutil.Process().children(recursive=True)
    assert not [child for child in children if "console.tests.stack_stub" in child.cmdline()]


@pytest.mark.parametrize("part", ["broker", "store"])
def test_an_own_server_that_does_not_answer_is_one_line(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probes, f"{part}_answers", lambda _: False)
    with (
        pytest.raises(StackError, match=f"the {part} named by ZARBIA_.* does not answer"),
        stub_running(tmp_path),
    ):
        pytest.fail("started")


def test_services_die_with_a_killed_supervisor_and_down_ends_the_rest(tmp_path: Path) -> None:
    # given a stack whose supervisor is another process
    data = tmp_path / "data"
    port_base = free_base([10])
    command = [sys.executable, "-c", RUN, str(data), str(port_base)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as supervisor:  # noqa: S603
        assert supervisor.stdout
        assert supervisor.stdout.readline() == "up\n"
        stub = ask(f"http://127.0.0.1:{port_base + 10}")

        # when it is killed, then its service dies with it
        supervisor.kill()
    assert gone(stub["pid"])

    # and `down` ends what the service had started
    assert psutil.pid_exists(stub["child"])
    stop(data)
    assert gone(stub["child"])
    assert stop(data) == []
