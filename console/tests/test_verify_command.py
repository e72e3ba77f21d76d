"""`zarbia verify` names the folds that there are."""

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
