"""The data folder: whose it is, which clock it runs by, one stack at a time, ports."""

import shutil
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from console.stack import ports
from console.stack.errors import NotRunningError, StackError
from console.stack.folder import DataFolder
from console.stack.processes import Identity
from console.stack.session import find
from console.stack.state import StackState


def foreign_file(path: Path) -> None:
    path.write_text("mine")


def foreign_folder(path: Path) -> None:
    path.mkdir()
    (path / "photo.jpg").touch()


def foreign_marker(path: Path) -> None:
    path.mkdir()
    (path / "zarbia.json").write_text("{}")


@pytest.mark.parametrize("make", [foreign_file, foreign_folder, foreign_marker])
def test_a_foreign_folder_is_refused_and_untouched(tmp_path: Path, make: object) -> None:
    path = tmp_path / "data"
    assert callable(make)
    make(path)
    before = sorted(path.rglob("*"))
    with pytest.raises(StackError, match="foreign data folder"):
        DataFolder(path).claim(None)
    assert sorted(path.rglob("*")) == before


def test_a_folder_of_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "zarbia.json").write_text('{"format": 99, "clock": "system"}')
    with pytest.raises(StackError, match="format 99"):
        DataFolder(tmp_path).claim(None)


def test_a_second_start_resumes_with_the_clock_of_the_first(tmp_path: Path) -> None:
    driven = "driven:2026-01-01T00:00:00Z"
    assert DataFolder(tmp_path).claim(driven) == driven
    assert DataFolder(tmp_path).claim(None) == driven
    with pytest.raises(StackError, match="runs by the clock driven"):
        DataFolder(tmp_path).claim("system")


def test_a_full_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10_000_000))
    with pytest.raises(StackError, match=r"is full: 10 MB free, 500 MB needed"):
        DataFolder(tmp_path).claim(None)


def test_a_folder_is_held_by_one_stack(tmp_path: Path) -> None:
    with (
        DataFolder(tmp_path).locked(),
        pytest.raises(StackError, match="already runs"),
        DataFolder(tmp_path).locked(),
    ):
        pytest.fail("held twice")
    with DataFolder(tmp_path).locked():
        pass


def test_a_state_left_by_a_dead_supervisor_is_not_a_running_stack(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    # given a state whose supervisor's id now belongs to this very process
    own = Identity.of(1)
    stale = Identity(own.pid, own.created - 1000)
    folder.write_state(StackState(stale, "h:1", "mongodb://h", "system", {}, []))
    with pytest.raises(NotRunningError, match="zarbia up"):
        find(tmp_path)


def test_a_taken_port_is_named_with_its_purpose() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StackError, match=rf"port {port} \(the broker\) is taken.*--port-base"):
            ports.require_free([(port, "the broker")])


def test_a_port_that_does_not_exist_is_refused() -> None:
    with pytest.raises(StackError, match="port 70000"):
        ports.require_free([(70000, "the store")])
