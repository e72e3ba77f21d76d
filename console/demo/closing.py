"""The last words of a demonstration: where to look, how long it took, whether the figures hold."""

from collections.abc import Sequence

from rich.table import Table

from console.demo.board import Board
from console.demo.comparing import Compared
from console.demo.figures import NOTHING
from console.demo.run import MAILBOX, Outcome, Verdict
from console.demo.tables import grand_total, group_name, mad
from console.stack.session import RunningStack
from services.notifications.commands import Language

MOST_DIFFERENCES = 5


def addresses(stack: RunningStack) -> Table:
    """Where a person or a program can look at what the demonstration made."""
    table = Table("look at", "address", box=None, pad_edge=False, header_style="bold cyan")
    for name, url in stack.services.items():
        table.add_row(f"{name} API", f"{url}/docs")
    metrics = stack.services["export_metrics"]
    table.add_row("statistics", f"{metrics}/v1/statistics?by=partner,month")
    table.add_row("risk triggers", f"{metrics}/v1/triggers?state=open")
    table.add_row("metrics", f"{metrics}/metrics (each service has its own)")
    table.add_row("Kafka", stack.kafka)
    table.add_row("in a terminal", f"zarbia stats --by region,month --data {stack.data}")
    return table


def timing(board: Board, verdict: Verdict, up_seconds: float) -> str:
    """How long everything took."""
    if not board.played:
        return f"Played before: nothing was sent. The stack was up after {up_seconds:.1f} s."
    rate = board.played / verdict.playing_seconds
    said = (
        f"The stack was up after {up_seconds:.1f} s; {board.played:,} commands took "
        f"{verdict.playing_seconds:.1f} s ({rate:,.0f}/s); "
        f"the figures had caught up {verdict.catching_up_seconds:.1f} s later."
    )
    delay = board.delay_text()
    return f"{said} {delay[:1].upper()}{delay[1:]}." if delay else said


def differences(verdict: Verdict) -> list[str]:
    """The first groups whose figures differ, and the triggers if those do."""
    lines = []
    for group in verdict.differing[:MOST_DIFFERENCES]:
        said = verdict.figures.get(group, NOTHING)
        due = verdict.expected.figures.get(group, NOTHING)
        lines.append(
            f"{group_name(group)}: the platform says {mad(said.fob_centimes, centimes_too=True)} "
            f"MAD in {said.shipments:,}, the count {mad(due.fob_centimes, centimes_too=True)} "
            f"in {due.shipments:,}"
        )
    if len(verdict.differing) > MOST_DIFFERENCES:
        lines.append(f"and {len(verdict.differing) - MOST_DIFFERENCES:,} more groups")
    for default in verdict.differing_defaults[:MOST_DIFFERENCES]:
        who = "the platform" if default in verdict.defaults else "the count"
        lines.append(f"only {who} says: {default}")
    if verdict.triggers != verdict.expected.triggers:
        said_triggers, due_triggers = dict(verdict.triggers), dict(verdict.expected.triggers)
        lines.append(f"triggers: the platform says {said_triggers}, the count {due_triggers}")
    return lines


def mails(outcome: Outcome, stack: RunningStack) -> str:
    """Who was told of the default above, and where the mails are."""
    languages = ", ".join(language.value for language in Language)
    return (
        f"Of this default {outcome.mails_sent} of {outcome.mails_due} mails were sent, in "
        f"{languages}: see {stack.data / MAILBOX}."
    )


def published(claims: Sequence[Compared]) -> str:
    """Whether the platform says what was published."""
    same = sum(claim.is_same for claim in claims)
    return f"Of {len(claims)} published figures that can be compared, the platform says {same}."


def conclusion(verdict: Verdict) -> str:
    """The last line: whether the platform and the independent count agree."""
    due = verdict.expected.figures
    if verdict.agrees:
        return (
            f"Platform and independent count agree to the centime: {grand_total(due)}, "
            f"in {len(due):,} groups; {verdict.expected.triggers.total():,} triggers."
        )
    return (
        f"Platform and independent count DISAGREE: {grand_total(verdict.figures)} "
        f"against {grand_total(due)}."
    )
