"""`zarbia import` and `zarbia stats` as a person meets them when something is wrong."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from console.__main__ import app
from console.importing.checkpoint import Checkpoint, CheckpointError


def test_the_rejects_never_overwrite_the_file_that_is_read(tmp_path: Path) -> None:
    customs_file = tmp_path / "declarations.csv"
    customs_file.write_text("Declaration ID\n1\n", encoding="utf-8")
    same = tmp_path / "link.csv"
    same.symlink_to(customs_file)

    for rejects in customs_file, same:
        command = ["import", "declarations", str(customs_file), "--rejects", str(rejects)]
        result = CliRunner().invoke(app, command)
        assert result.exit_code == 2
        assert "--rejects" in result.stderr

    assert customs_file.read_text(encoding="utf-8") == "Declaration ID\n1\n"


def test_a_damaged_checkpoint_is_named(tmp_path: Path) -> None:
    customs_file = tmp_path / "declarations.csv"
    customs_file.touch()
    checkpoint = Checkpoint.open(tmp_path, customs_file, {})
    checkpoint.save()
    checkpoint.path.write_bytes(b"")

    with pytest.raises(CheckpointError, match=checkpoint.path.name):
        Checkpoint.open(tmp_path, customs_file, {})
