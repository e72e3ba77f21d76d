"""`zarbia up | status | down`: the embedded stack."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from console.commands.errors import reported, stderr
from console.commands.stack_view import StartView, addresses
from console.commands.stack_view import status as status_table
from console.stack.errors import NotRunningError, StackError
from console.stack.folder import DataFolder
from console.stack.jars import ensure_jars
from console.stack.plan import Options
from console.stack.ports import DEFAULT_BASE
from console.stack.session import StackThread, data_folder, live_state, stop
from console.stack.state import StackState

NOT_READY = 3

Data = Annotated[
    Path | None,
    typer.Option(
        "--data", help="Data folder (default: $ZARBIA_DATA, else .zarbia).", metavar="DIR"
    ),
]
PortBase = Annotated[
    int,
    typer.Option("--port-base", help="Moves all ports: broker +0, store +2, services +10…"),
]
Detach = Annotated[bool, typer.Option("--detach", help="Return when it is up; it stays up.")]

console = Console()


def up(data: Data = None, port_base: PortBase = DEFAULT_BASE, detach: Detach = False) -> None:
    """Start the broker, the store and all services; Ctrl-C or `zarbia down` ends them.

    A service that is up and not ready stays up, and the reason is told; with --detach the exit code
    is 3 then.
    """
    folder = data_folder(data)
    options = Options(folder.path, port_base)
    with reported():
        folder.claim(options.clock)
        if options.needs_jars:
            ensure_jars(stderr)
        if detach:
            _run_detached(folder, options)
        else:
            _run_here(options)


def status(data: Data = None) -> None:
    """Show what runs; exit code 0 when all is ready, 3 when not or when nothing runs."""
    with reported():
        try:
            state = live_state(data_folder(data))
        except NotRunningError as error:
            stderr.print(str(error), markup=False)
            raise typer.Exit(NOT_READY) from error
        table, complaints, healthy = status_table(state)
        console.print(table)
        for complaint in complaints:
            stderr.print("not ready:", complaint, markup=False)
        if not healthy:
            raise typer.Exit(NOT_READY)


def down(data: Data = None) -> None:
    """Stop the stack, also what a killed one left; exit code 0 too when nothing runs."""
    with reported():
        stopped = stop(data)
    if stopped:
        console.print(f"stopped: {', '.join(stopped)}", highlight=False)
    else:
        console.print(f"no stack runs on {data_folder(data).path}", highlight=False, soft_wrap=True)


def _run_here(options: Options) -> None:
    with StartView(console) as view:
        thread = StackThread(options, view.show)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: thread.stop())
        thread.start()
        state = thread.wait_up()
    if state:
        _announce(state, "Ctrl-C or zarbia down stops it")
    thread.wait_end()


def _run_detached(folder: DataFolder, options: Options) -> None:
    command = [sys.executable, "-m", "console", "up", "--data", str(folder.path)]
    command += ["--port-base", str(options.port_base)]
    log = folder.log("up")
    log.parent.mkdir(exist_ok=True)
    with log.open("wb") as output:
        child = subprocess.Popen(  # noqa: S603 - this command itself
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    state = None
    with StartView(console) as view:
        while not (state and state.up):
            if child.poll() is not None:
                raise StackError(_complaint(log))
            state = _state_of(child.pid, folder)
            if state:
                view.show(state)
            time.sleep(0.1)
    _announce(state, "zarbia down stops it")
    if state.unready:
        raise typer.Exit(NOT_READY)


def _state_of(pid: int, folder: DataFolder) -> StackState | None:
    state = folder.read_state()
    return state if state and state.supervisor.pid == pid else None


def _complaint(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    last = lines[-1] if lines else "the stack ended without a word"
    return last.removeprefix("error:").strip()


def _announce(state: StackState, how_to_stop: str) -> None:
    console.print(addresses(state))
    console.print(f"The stack is up; {how_to_stop}.", highlight=False)
    for member in state.unready:
        stderr.print(f"not ready: {member.name}: {member.reason}", markup=False)
