"""What the document store keeps on disk: all that it acknowledged, however it ended."""

import platform
import signal
import subprocess
import zipfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pymongo.errors import PyMongoError

from console.stack import document_store
from console.stack.errors import StackError
from console.tests.store_server import StoreServer


@pytest.mark.integration
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGKILL])
def test_what_was_acknowledged_is_there_after_a_stop_under_load(
    tmp_path: Path, stop: signal.Signals
) -> None:
    acknowledged: dict[str, int] = {}

    def write(server: StoreServer, writer: int) -> None:
        with server.client() as client:
            documents = client["test"]["documents"]
            for number in range(100_000):
                try:
                    documents.insert_one({"_id": f"{writer}-{number}", "version": 0})
                    documents.update_one({"_id": f"{writer}-{number}"}, {"$inc": {"version": 1}})
                except PyMongoError:
                    return
                acknowledged[f"{writer}-{number}"] = 1
                if len(acknowledged) == 500:
                    server.stop(stop)

    with StoreServer(tmp_path) as server, ThreadPoolExecutor(4) as pool:
        list(pool.map(write, [server] * 4, range(4)))
    with StoreServer(tmp_path) as server, server.client() as client:
        stored: list[dict[str, Any]] = list(client["test"]["documents"].find())

    assert len(acknowledged) >= 500
    assert acknowledged.items() <= {d["_id"]: d["version"] for d in stored}.items()


@pytest.mark.integration
def test_a_second_process_cannot_open_the_same_files(tmp_path: Path) -> None:
    with StoreServer(tmp_path) as server, server.client() as client:
        client["test"]["documents"].insert_one({"_id": 1})
        second = subprocess.run(  # noqa: S603 - a command of our own
            StoreServer(tmp_path).command(), capture_output=True, text=True, check=False
        )
    assert second.returncode == 1
    assert "locked" in second.stderr


@pytest.mark.parametrize("name", ["", "store.mv"])
def test_files_of_an_older_format_are_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "store"
    if name:
        folder.mkdir()
    (folder / name).write_bytes(b"H:2")
    with pytest.raises(StackError, match="older format"):
        document_store.prepare(folder, 1)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    jar = tmp_path / "sqlite-jdbc-1.jar"
    with zipfile.ZipFile(jar, "w") as archive:
        member = f"org/sqlite/native/Linux/{platform.machine()}/libsqlitejdbc.so"
        archive.writestr(member, b"a library")
    monkeypatch.setattr(document_store, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(document_store, "classpath", lambda _: f"other.jar:{jar}")
    return tmp_path


def test_the_backend_is_compiled_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []

    def compile_java(sources: Sequence[Path], _: str, target: Path) -> None:
        compiled.append(sources)
        target.mkdir()

    monkeypatch.setattr(document_store, "compile_java", compile_java)
    backend = document_store.ensure_backend()
    assert document_store.ensure_backend() == backend
    assert [file.read_bytes() for file in backend.iterdir()] == [b"a library"]
    assert len(compiled) == 1
    assert "Main.java" in {source.name for source in compiled[0]}


def test_a_failed_compilation_leaves_nothing(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sorted(cache.iterdir())

    def compile_java(_: Sequence[Path], __: str, target: Path) -> None:
        target.mkdir()
        raise StackError("no")

    monkeypatch.setattr(document_store, "compile_java", compile_java)
    with pytest.raises(StackError, match="no"):
        document_store.ensure_backend()
    assert sorted(cache.iterdir()) == before
