"""A document store for a test: the real program, in a process of its own."""

import io
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pymongo import MongoClient
from rich.console import Console

from console.stack.jars import ensure_jars


class StoreServer:
    """`python -m console.stack.document_store` on `folder`, from entering to leaving."""

    def __init__(self, folder: Path) -> None:
        ensure_jars(Console(file=io.StringIO()))
        self._folder = folder
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port: int = probe.getsockname()[1]

    def command(self) -> list[str]:
        """What starts it."""
        module = [sys.executable, "-m", "console.stack.document_store"]
        return [*module, "--path", str(self._folder), "--port", str(self._port)]

    def client(self) -> MongoClient[dict[str, Any]]:
        """A client that waits for the store when it is first used."""
        return MongoClient(
            "127.0.0.1", self._port, retryWrites=False, uuidRepresentation="standard"
        )

    def stop(self, signal_number: signal.Signals) -> int:
        """End the process by a signal and return its exit code."""
        self._process.send_signal(signal_number)
        return self._process.wait()

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self.command())  # noqa: S603 - a command of our own
        with self.client() as client:
            client.admin.command("ping")
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop(signal.SIGTERM)
