"""A service that runs and says that it is not ready: the stack stays up and tells why."""

from pathlib import Path
from queue import Queue
from typing import Any

import httpx
import pytest

from console.commands.stack_view import status
from console.stack import Options, StackError, find, probes, running, supervisor
from console.stack.folder import DataFolder
from console.stack.plan import Service
from console.stack.ports import free_base
from console.stack.session import StackThread, live_state
from console.stack.state import StackState

STUB = Service("stub", "console.tests.stack_stub", 10)
WHY = "exports.shipments.v1[3]: ma.zarbia.exports.ShipmentLost.v2 is newer than this reader"


class Surroundings:
    """What the probes of the stack find."""

    ready = False
    complaint = WHY


@pytest.fixture(autouse=True)
def found(monkeypatch: pytest.MonkeyPatch) -> Surroundings:
    surroundings = Surroundings()
    monkeypatch.setenv("ZARBIA_KAFKA", "broker.example:9092")
    monkeypatch.setenv("ZARBIA_MONGO", "mongodb://store.example")
    monkeypatch.setattr(probes, "broker_answers", lambda _: True)
    monkeypatch.setattr(probes, "store_answers", lambda _: True)
    monkeypatch.setattr(probes, "service_ready", lambda _: surroundings.ready)
    monkeypatch.setattr(probes, "service_complaint", lambda _: surroundings.complaint)
    monkeypatch.setattr(supervisor, "START_TIMEOUT_S", 0)
    return surroundings


def test_it_stays_up_says_why_and_may_become_ready(tmp_path: Path, found: Surroundings) -> None:
    # given a service that does not become ready in time
    states: Queue[StackState] = Queue()
    thread = StackThread(Options(tmp_path, free_base([10]), [STUB]), states.put)
    thread.start()
    try:
        # then the stack is up, can be found, and tells why it is not ready
        state = thread.wait_up()
        assert state is not None
        assert not state.ready
        assert [(member.name, member.reason) for member in state.unready] == [("stub", WHY)]
        assert find(tmp_path).services == state.services
        _, complaints, healthy = status(live_state(DataFolder(tmp_path)))
        assert (complaints, healthy) == ([f"stub: {WHY}"], False)

        # and when it becomes ready, that is told too
        found.ready = True
        while not (state := states.get(timeout=10)).ready:
            pass
        assert [member.reason for member in state.members] == ["", "", ""]
    finally:
        thread.stop()
        thread.join()
    assert f"stub is up and not ready: {WHY}" in DataFolder(tmp_path).log("supervisor").read_text()


def test_who_needs_a_ready_stack_is_told_why_it_is_not(tmp_path: Path) -> None:
    with (
        pytest.raises(StackError, match=r"stub is not ready: exports\.shipments\.v1\[3\]"),
        running(tmp_path, [STUB], port_base=free_base([10])),
    ):
        pytest.fail("ready")


def test_a_service_that_says_nothing_ends_the_start(tmp_path: Path, found: Surroundings) -> None:
    found.complaint = ""
    with (
        pytest.raises(StackError, match="not ready after 0 s: stub"),
        running(tmp_path, [STUB], port_base=free_base([10])),
    ):
        pytest.fail("ready")


@pytest.mark.parametrize(
    ("status_code", "content", "complaint"),
    [
        (503, {"ready": False, "checks": {"store": [], "input": ["a", "b"]}}, "a; b"),
        (200, {"ready": True, "checks": {"store": []}}, ""),
        (503, {"detail": "another server"}, ""),
        (503, {"checks": ["no", "object"]}, ""),
        (503, ["no object"], ""),
        (503, None, ""),
        (404, {"detail": "Not Found"}, ""),
    ],
)
def test_a_complaint_is_what_the_readiness_checks_say(
    monkeypatch: pytest.MonkeyPatch, status_code: int, content: Any, complaint: str
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(httpx, "get", lambda *_, **__: httpx.Response(status_code, json=content))
    assert probes.service_complaint("http://service") == complaint
