"""`zarbia verify` names the folds that there are."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from console.__main__ import app
from console.commands.verify import FoldName
from console.verifying import FOLDS


def test_every_fold_can_be_verified() -> None:
    assert {name.value for name in FoldName} == FOLDS.keys()
    assert {subject.fold.name for subject in FOLDS.values() if subject.decisions} == {
        subject.fold.name for subject in FOLDS.values() if subject.fold.decisions
    }


def test_a_fold_that_there_is_not() -> None:
    result = CliRunner().invoke(app, ["verify", "--fold", "registry"])

    assert result.exit_code == 2
    assert "registry-metrics" in result.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_no_ledgers_behind(number: signal.Signals) -> None:
    script = """
import asyncio
from console.commands.refolding import scratch
with scratch() as folder:
    (folder / "ledger").touch()
    print(folder, flush=True)
    asyncio.run(asyncio.sleep(60))
"""
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own
        assert process.stdout is not None
        folder = Path(process.stdout.readline().decode().strip())
        assert folder.is_dir()
        process.send_signal(number)
        assert process.wait() == 128 + number
    assert not folder.exists()
