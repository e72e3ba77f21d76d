"""`zarbia replay RECORDING --to BROKER|--prefix NAME`: a recording again, into a sandbox."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.console import Console

from chassis.clock import SystemClock
from console.commands.errors import reported, stderr
from console.commands.record import Prefix, told
from console.commands.stack import Data
from console.commands.tail import broker
from console.recording.errors import BrokerError, RecordingError
from console.recording.faults import Faults, parse_delays, parse_share
from console.recording.plan import Plan
from console.recording.reading import Recording, open_recording
from console.recording.replaying import Report, Wanted, plan_of, rehearse, require_no_more
from console.recording.replaying import replay as run
from console.recording.sandbox import Found, Sandbox
from console.recording.sandbox_name import addressed, prefixed
from console.recording.timing import parse_speed
from console.recording.view import injected, plan, progress_bar, replayed
from console.stack.errors import NotRunningError
from console.stack.session import find

INCOMPLETE = 3
"""The exit code of --unverified when not all of the recording could be read."""


def replay(  # noqa: PLR0913, PLR0917 - each is an option of the command line
    recording: Annotated[Path, typer.Argument(help="Folder or file that zarbia record made.")],
    to: Annotated[
        str, typer.Option("--to", metavar="BROKER", help="host:port of a broker of its own.")
    ] = "",
    prefix: Prefix = "",
    speed: Annotated[str, typer.Option(help="real, a number like 10x, or max.")] = "max",
    shift_time: Annotated[
        str,
        typer.Option(
            metavar="DURATION",
            help="Move timestamps and ce_time by 30d, -12h or 1d6h, or to-now; not the data.",
        ),
    ] = "0s",
    duplicates: Annotated[
        str, typer.Option(metavar="SHARE", help="So many come again later: 0.01 or 1%.")
    ] = "0",
    disorder: Annotated[
        str, typer.Option(metavar="SHARE", help="So many have their topic fall behind the others.")
    ] = "0",
    delays: Annotated[
        str, typer.Option(metavar="SHARE:SECONDS", help="So many come so much later: 1%:30.")
    ] = "0:0",
    poison: Annotated[
        str, typer.Option(metavar="SHARE", help="So many are followed by a broken copy.")
    ] = "0",
    seed: Annotated[int, typer.Option(help="Of the faults: the same seed, the same faults.")] = 0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be written, and write nothing.")
    ] = False,
    unverified: Annotated[
        bool, typer.Option("--unverified", help="Also when it is not what was recorded.")
    ] = False,
    data: Data = None,
) -> None:
    """Write a recording into a sandbox: the same partitions, keys, headers, values and times.

    Exit code 1 when it is not done, 2 for a wrong option, 3 when --unverified could not read all
    of the recording.

    Live topics are refused. A replay that was cut off goes on where it stopped when the same
    command is given again; nothing is written twice.
    """
    with told(), reported():
        share, delay_ms = parse_delays(delays)
        wanted = Wanted(
            speed=parse_speed(speed),
            shift=shift_time,
            faults=Faults(
                seed=seed,
                duplicates=parse_share(duplicates, "--duplicates"),
                disorder=parse_share(disorder, "--disorder"),
                delays=share,
                delay_ms=delay_ms,
                poison=parse_share(poison, "--poison"),
            ),
            unverified=unverified,
        )
        if not to and not prefix:
            raise RecordingError("name a broker, or a prefix on this one", "--to or --prefix")
        address = addressed(to)
        found = open_recording(recording)
        sandbox = Sandbox(address or _broker(data, dry_run=dry_run), prefixed(prefix))
        job = _Job(found, sandbox, wanted, named=bool(address))
        report, losses = asyncio.run(_replay(job, _live(data), dry_run=dry_run))
    _show(report, sandbox, wanted, dry_run=dry_run)
    if losses:
        raise typer.Exit(INCOMPLETE)


class _Job(NamedTuple):
    """What was asked for; `named` says whether the broker was."""

    recording: Recording
    sandbox: Sandbox
    wanted: Wanted
    named: bool


async def _replay(job: _Job, live: list[str], *, dry_run: bool) -> tuple[Report, list[str]]:
    """The report of what was written or, for a dry run, would be; and what could not be read.

    All that can be found wrong is found before anything is written.
    """
    recording, sandbox, wanted, _ = job
    await sandbox.require_not_live(recording.manifest.cluster, live)
    plan = plan_of(recording, wanted, SystemClock().now())
    found = await _examined(job, plan, dry_run=dry_run)
    plan = found.plan if found else plan
    total = recording.manifest.records
    with progress_bar("check", stderr) as bar:
        rehearsal = rehearse(recording, plan, wanted, bar.of(total))
    for loss in rehearsal.losses:
        stderr.print("warning:", loss, markup=False)
    if found:
        require_no_more(sandbox, found.held, rehearsal.ordinals)
    if dry_run:
        return rehearsal.report, rehearsal.losses
    with progress_bar("replay", stderr) as bar:
        report = await run(recording, sandbox, plan, wanted, rehearsal.ordinals, bar.of(total))
    return report, rehearsal.losses


async def _examined(job: _Job, plan: Plan, *, dry_run: bool) -> Found | None:
    """What stands in the sandbox. A dry run needs no broker unless one was named."""
    why = "no stack runs, and ZARBIA_KAFKA names no broker"
    if job.sandbox.kafka:
        try:
            return await job.sandbox.examine(job.recording.manifest.topics, plan)
        except BrokerError as error:
            if job.named or not dry_run:
                raise
            why = str(error)
    stderr.print("warning: the sandbox was not checked:", why, markup=False)
    return None


def _broker(data: Path | None, *, dry_run: bool) -> str:
    """Of a dry run, none where no stack runs."""
    try:
        return broker(data)
    except NotRunningError:
        if not dry_run:
            raise
        return ""


def _live(data: Path | None) -> list[str]:
    """The brokers that this machine works with: neither is a sandbox."""
    live = [os.environ.get("ZARBIA_KAFKA") or ""]
    with suppress(NotRunningError):
        live.append(find(data).kafka)
    return [address for address in live if address]


def _show(report: Report, sandbox: Sandbox, wanted: Wanted, *, dry_run: bool) -> None:
    console = Console(highlight=False)
    console.print(plan(report, sandbox, wanted.speed) if dry_run else replayed(report, sandbox))
    faults = injected(report)
    if faults:
        console.print(faults)
