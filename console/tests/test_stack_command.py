"""`zarbia up | status | down` as a person meets them when something is wrong."""

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from console.__main__ import app
from console.stack import probes
from console.stack.ports import free_base


@pytest.fixture(autouse=True)
def own_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZARBIA_KAFKA", "broker.example:9092")
    monkeypatch.setenv("ZARBIA_MONGO", "mongodb://store.example")
    monkeypatch.setattr(probes, "broker_answers", lambda _: True)
    monkeypatch.setattr(probes, "store_answers", lambda _: True)


def zarbia(command: str, data: Path, *options: str) -> Result:
    return CliRunner().invoke(app, [command, "--data", str(data), *options])


def test_help_fills_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = [line.strip() for line in CliRunner().invoke(app, ["up", "--help"]).stdout.splitlines()]
    assert "--detach the exit code is 3 then." in lines


def test_down_without_a_stack_says_so_and_succeeds(tmp_path: Path) -> None:
    result = zarbia("down", tmp_path)
    assert (result.exit_code, result.stdout) == (0, f"no stack runs on {tmp_path}\n")


def test_status_without_a_stack_is_exit_code_three(tmp_path: Path) -> None:
    result = zarbia("status", tmp_path)
    assert result.exit_code == 3
    assert result.stderr == f"no stack runs on {tmp_path}: zarbia up starts one\n"


def test_up_on_a_foreign_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").touch()
    result = zarbia("up", tmp_path)
    assert result.exit_code == 1
    assert result.stderr.startswith("error: foreign data folder: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("options", [(), ("--detach",)])
def test_up_on_a_taken_port_is_one_line(tmp_path: Path, options: tuple[str, ...]) -> None:
    port_base = free_base([10])
    with socket.create_server(("127.0.0.1", port_base + 10)):
        result = zarbia("up", tmp_path, "--port-base", str(port_base), *options)
    assert result.exit_code == 1
    assert f"port {port_base + 10} (the service registry) is taken" in result.stderr
    assert result.stderr.count("\n") == 1
