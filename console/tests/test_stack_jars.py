"""The jar cache: only whole jars with the pinned hash, and one line when that fails."""

import errno
import hashlib
import io
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

import pytest
import requests
from rich.console import Console

from console.stack import jars
from console.stack.errors import StackError
from console.stack.pins import cache_folder, classpath, read_pins

CONTENT = b"a jar"


class FakeArtifact:
    """Stands for an artifact of the repository; `fetch` writes it or fails."""

    def __init__(self, staged: Path, fetch: Callable[[Path], None]) -> None:
        self._staged, self._fetch = staged, fetch

    def resolve(self) -> Path:
        self._staged.parent.mkdir(parents=True, exist_ok=True)
        self._fetch(self._staged)
        return self._staged


@pytest.fixture
def pins_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    file = tmp_path / "jars.sha256"
    file.write_text(f"{hashlib.sha256(CONTENT).hexdigest()}  kafka/org/x/a/1.0/a-1.0.jar\n")
    return file


def repository(monkeypatch: pytest.MonkeyPatch, fetch: Callable[[Path], None]) -> None:
    def artifact(context: Any, path: PurePosixPath) -> FakeArtifact:
        return FakeArtifact(context.repo_cache / path, fetch)

    monkeypatch.setattr(jars, "_artifact", artifact)


def whole(file: Path) -> None:
    file.write_bytes(CONTENT)


def ensure(pins_file: Path) -> None:
    jars.ensure_jars(Console(file=io.StringIO()), pins_file)


def files_in_cache(pins_file: Path) -> list[Path]:
    return [file for file in cache_folder(pins_file).rglob("*") if file.is_file()]


def test_fetches_what_is_missing_once(pins_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository(monkeypatch, whole)
    ensure(pins_file)

    repository(monkeypatch, lambda _: pytest.fail("fetched a second time"))
    ensure(pins_file)

    assert [str(file) for file in files_in_cache(pins_file)] == [classpath("kafka", pins_file)]


def half(file: Path) -> NoReturn:
    file.write_bytes(CONTENT[:2])
    raise requests.ConnectionError("cut")


def full(_: Path) -> NoReturn:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("fetch", "reason"),
    [
        (half, "cannot download"),
        (full, "disk is full"),
        (lambda file: file.write_bytes(b"another jar"), "not the pinned jar"),
    ],
)
def test_a_failed_fetch_is_one_line_and_leaves_no_file(
    fetch: Callable[[Path], None],
    reason: str,
    pins_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    repository(monkeypatch, fetch)
    with pytest.raises(StackError, match=reason) as raised:
        ensure(pins_file)
    assert "\n" not in str(raised.value)
    assert files_in_cache(pins_file) == []


def test_a_jar_changed_in_the_cache_is_refused(
    pins_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository(monkeypatch, whole)
    ensure(pins_file)
    (cached,) = files_in_cache(pins_file)
    cached.write_bytes(b"changed")
    with pytest.raises(StackError, match="not the pinned jar"):
        ensure(pins_file)


def test_the_committed_pins_hold_every_jar_asked_for() -> None:
    pinned = {(pin.jar_set, pin.path.name) for pin in read_pins()}
    for jar_set, coordinates in jars.COORDINATES.items():
        for coordinate in coordinates:
            _, name, version = coordinate.split(":")
            assert (jar_set, f"{name}-{version}.jar") in pinned
