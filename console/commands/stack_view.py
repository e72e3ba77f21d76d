"""What a person sees of the stack: its parts while they start, and the table of a status."""

import time
from collections.abc import Callable

from rich.console import Console
from rich.live import Live
from rich.table import Table

from console.stack import probes
from console.stack.state import Member, StackState

COLOURS = {"ready": "green", "external": "green", "starting": "yellow", "not ready": "yellow"}


class StartView:
    """The parts of a stack as they come up: a live table on a terminal inside the `with` block.

    Off a terminal, and after the block, each change of a part is one line.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, transient=True) if console.is_terminal else None
        self._seen: dict[str, str] = {}

    def __enter__(self) -> "StartView":
        if self._live:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()
            self._live = None

    def show(self, state: StackState) -> None:
        """Show a new state."""
        before, self._seen = self._seen, {m.name: m.phase for m in state.members}
        if self._live:
            self._live.update(_table(state, lambda member: member.phase), refresh=True)
            return
        for name, phase in self._seen.items():
            if before.get(name) != phase:
                self._console.print(f"{name}: {phase}", highlight=False)


def addresses(state: StackState) -> Table:
    """Where the parts of a stack that is up can be reached."""
    table = Table("name", "address", "version", box=None, pad_edge=False)
    for member in state.members:
        table.add_row(member.name, member.address, member.version)
    return table


def status(state: StackState) -> tuple[Table, list[str], bool]:
    """A table of what runs now, asked of the parts themselves; why some are not ready, in their own
    words; and whether all are ready.
    """
    phases = {member.name: _phase_now(member, state) for member in state.members}
    healthy = all(phase in ("ready", "external") for phase in phases.values())
    waiting = [name for name in state.services if phases[name] in ("starting", "not ready")]
    asked = {name: probes.service_complaint(state.services[name]) for name in waiting}
    complaints = [f"{name}: {complaint}" for name, complaint in asked.items() if complaint]
    return _table(state, lambda member: phases[member.name]), complaints, healthy


def _phase_now(member: Member, state: StackState) -> str:
    if member.phase == "restarting":
        return "restarting"
    if member.identity and not member.identity.process():
        return "dead"
    if _answers(member, state):
        return "external" if member.phase == "external" else "ready"
    return "starting" if member.phase == "starting" else "not ready"


def _answers(member: Member, state: StackState) -> bool:
    if member.name in state.services:
        return probes.service_ready(member.address)
    if member.name == "broker":
        return probes.broker_answers(state.kafka)
    return probes.store_answers(state.mongo)


def _table(state: StackState, phase_of: Callable[[Member], str]) -> Table:
    table = Table("name", "pid", "state", "address", "uptime", "memory", box=None, pad_edge=False)
    for column in (1, 4, 5):
        table.columns[column].justify = "right"
    for member in state.members:
        phase = phase_of(member)
        pid = str(member.identity.pid) if member.identity else "-"
        colour = COLOURS.get(phase, "red")
        row = (f"[{colour}]{phase}[/]", member.address, *_uptime_and_memory(member))
        table.add_row(member.name, pid, *row)
    return table


def _uptime_and_memory(member: Member) -> tuple[str, str]:
    process = member.identity.process() if member.identity else None
    if not process or not member.identity:
        return "-", "-"
    seconds = max(0, int(time.time() - member.identity.created))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    megabytes = process.memory_info().rss // 1_000_000
    return f"{hours}:{minutes:02}:{seconds:02}", f"{megabytes} MB"
