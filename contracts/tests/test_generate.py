"""Generated files are those that are committed; each way to differ is named."""

import re
from pathlib import Path

import pytest

from contracts.catalogue import EVENTS
from contracts.exports import ShipmentExported
from contracts.generate import __main__ as command
from contracts.generate import artefacts as files
from contracts.generate.artefacts import CONTRACTS, Difference, artefacts, differences, write
from contracts.generate.asyncapi_parser import CHECK
from contracts.generate.examples import example_of, examples
from contracts.money import mad_centimes


def test_committed_files_are_as_generated() -> None:
    """Run ``python -m contracts.generate`` when this fails."""
    assert differences(artefacts()) == []
    assert command.main(["--check"]) == 0


def test_generating_twice_gives_the_same() -> None:
    assert artefacts() == artefacts()


def test_stale_missing_and_orphan_files_are_named_and_mended(tmp_path: Path) -> None:
    # given
    expected = {"schemas/a.json": "a", "schemas/b.json": "b", "examples/c.json": "c"}
    write(expected, tmp_path)
    (tmp_path / "schemas/a.json").write_text("changed")
    (tmp_path / "schemas/b.json").unlink()
    (tmp_path / "examples/old.json").write_text("left over")

    # when
    found = differences(expected, tmp_path)

    # then
    assert found == [
        Difference("orphan", "examples/old.json"),
        Difference("stale", "schemas/a.json"),
        Difference("missing", "schemas/b.json"),
    ]
    assert write(expected, tmp_path) == found
    assert differences(expected, tmp_path) == []


def test_check_fails_and_names_the_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "artefacts", lambda: artefacts() | {"asyncapi.yaml": "other"})
    assert command.main(["--check"]) == 1
    assert "stale    contracts/asyncapi.yaml" in capsys.readouterr().out


def test_every_event_has_one_example() -> None:
    assert sorted(type(example.event).schema_name() for example in examples()) == sorted(
        event.schema_name() for event in EVENTS
    )


def test_an_event_without_example_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unshown(ShipmentExported):
        pass

    monkeypatch.setattr(files, "EVENTS", (*EVENTS, Unshown))
    with pytest.raises(LookupError, match=r"exports\.Unshown\.v1 has no golden example"):
        artefacts()


def test_the_examples_figures_agree() -> None:
    event = example_of(ShipmentExported).event
    assert isinstance(event, ShipmentExported)
    fob = event.goods.fob
    assert mad_centimes(fob.stated.amount, fob.rate) == fob.mad_centimes


def test_no_generated_or_locked_file_holds_an_address_of_a_registry() -> None:
    locked = (CHECK / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in locked
    assert not re.search(r"https?://[^\"]*registry", locked)
    for path in (CONTRACTS / "asyncapi.yaml", CHECK / "package.json"):
        assert not re.search(r"https?://(?!json-schema\.org)", path.read_text("utf-8"))
