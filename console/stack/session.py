"""How the rest of the console meets the stack: find it, run one, stop it."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.console import Console

from console.stack.errors import NotRunningError, StackError
from console.stack.folder import DataFolder
from console.stack.jars import ensure_jars
from console.stack.plan import SERVICES, Options, Service
from console.stack.ports import DEFAULT_BASE
from console.stack.state import StackState
from console.stack.supervisor import Supervisor, sweep

STOP_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class RunningStack:
    """Where to reach a running stack. `services` gives the base URL of each service by its name."""

    data: Path
    kafka: str
    mongo: str
    clock: str
    services: dict[str, str]


def data_folder(data: Path | None) -> DataFolder:
    """The folder that was named, else the one of `ZARBIA_DATA`, else `.zarbia`."""
    return DataFolder(data or Path(os.environ.get("ZARBIA_DATA") or ".zarbia"))


def live_state(folder: DataFolder) -> StackState:
    """What the supervisor that runs on the folder says; raises NotRunningError when none does."""
    state = folder.read_state()
    if state is None or state.supervisor.process() is None:
        raise NotRunningError(f"no stack runs on {folder.path}: zarbia up starts one")
    return state


def find(data: Path | None = None) -> RunningStack:
    """The stack that runs on a data folder (default: `ZARBIA_DATA`, else `.zarbia`).

    Some of it may be up and say that it is not ready.
    Raises NotRunningError when none runs, StackError when it has not come up yet.
    """
    folder = data_folder(data)
    state = live_state(folder)
    if not state.up:
        raise StackError(f"the stack on {folder.path} is not ready: zarbia status says what is not")
    return RunningStack(folder.path, state.kafka, state.mongo, state.clock, state.services)


class StackThread(threading.Thread):
    """A supervisor in a thread of this process."""

    def __init__(self, options: Options, on_change: Callable[[StackState], None]) -> None:
        super().__init__(name="zarbia-stack")
        self._on_change = on_change
        self._supervisor = Supervisor(options, self._changed)
        self._settled = threading.Event()
        self._state: StackState | None = None
        self._error: BaseException | None = None

    def run(self) -> None:
        """Run the stack until `stop`."""
        try:
            self._supervisor.run()
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
            self._error = error
        finally:
            self._settled.set()

    def wait_up(self) -> StackState | None:
        """The stack once it is up; None when it has ended before; raises its StackError."""
        self._settled.wait()
        self._raise()
        return self._state

    def wait_end(self) -> None:
        """Wait until the stack has ended; raises its StackError."""
        self.join()
        self._raise()

    def stop(self) -> None:
        """Ask the stack to end; `wait_end` says when it has."""
        self._supervisor.stop()

    def _changed(self, state: StackState) -> None:
        self._on_change(state)
        if state.up:
            self._state = state
            self._settled.set()

    def _raise(self) -> None:
        if self._error:
            raise self._error


@contextmanager
def running(
    data: Path,
    services: Sequence[Service] = SERVICES,
    clock: str | None = None,
    port_base: int = DEFAULT_BASE,
    on_change: Callable[[StackState], None] = lambda _: None,
) -> Iterator[RunningStack]:
    """A stack of this process that is up inside the block and has ended after it.

    `clock` is `system` or `driven:<ISO instant>`; None resumes what the folder runs by. A broker
    and a store named by `ZARBIA_KAFKA` and `ZARBIA_MONGO` are used instead of the stack's own.
    Raises StackError when it cannot start, or a part of it is up and not ready.
    """
    options = Options(data, port_base, services, clock)
    if options.needs_jars:
        ensure_jars(Console(file=sys.stderr))
    thread = StackThread(options, on_change)
    thread.start()
    try:
        state = thread.wait_up()
        if state and state.unready:
            raise StackError("; ".join(f"{m.name} is not ready: {m.reason}" for m in state.unready))
        yield find(data)
    finally:
        thread.stop()
        thread.join()


def stop(data: Path | None = None) -> list[str]:
    """Stop the stack on a data folder, also what a killed supervisor left; return what was running.

    Raises StackError when the supervisor does not end.
    """
    folder = data_folder(data)
    state = folder.read_state()
    if state is None:
        return []
    names = [member.name for member in state.members if member.identity]
    supervisor = state.supervisor.process()
    if supervisor is None:
        return sweep(folder)
    supervisor.send_signal(signal.SIGTERM)
    try:
        supervisor.wait(STOP_TIMEOUT_S)
    except psutil.TimeoutExpired:
        raise StackError(
            f"the stack on {folder.path} (pid {supervisor.pid}) did not end in "
            f"{STOP_TIMEOUT_S:.0f} s"
        ) from None
    return [*names, *(name for name in sweep(folder) if name not in names)]
