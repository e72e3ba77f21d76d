"""Each published figure beside the platform's, asked over HTTP."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, NamedTuple

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from console.demo.platform import Platform
from console.demo.published import CLAIMS, LEFT_OUT, SHARE, Claim, Question
from console.demo.tables import empty_table

Answer = Mapping[str, Any]


class Compared(NamedTuple):
    """A claim and what the platform says; None and the `reason` where it says no value."""

    claim: Claim
    said: Decimal | None
    reason: str = ""

    @property
    def is_same(self) -> bool:
        """Equal at the precision in which the claim was published: that of whole numbers."""
        if self.said is None:
            return False
        return self.said.quantize(Decimal(1), ROUND_HALF_EVEN) == self.claim.value


async def compared(platform: Platform, claims: Sequence[Claim] = CLAIMS) -> list[Compared]:
    """Ask for what each claim is about. Raises httpx.HTTPError."""
    asked = {(claim.question.period, claim.question.by) for claim in claims}
    answers = {one: await platform.indicators(*one) for one in sorted(asked)}
    return [_compared(claim, answers[claim.question.period, claim.question.by]) for claim in claims]


def _compared(claim: Claim, answer: Answer) -> Compared:
    figures = _figures(claim.question, answer)
    if figures is None:
        return Compared(claim, None, f"no exports to {claim.question.group}")
    said = figures[claim.question.field]
    if said is None:
        return Compared(claim, None, str(figures["reasons"].get(claim.question.field, "")))
    return Compared(claim, Decimal(said))


def _figures(question: Question, answer: Answer) -> Answer | None:
    if not question.by:
        total: Answer = answer["total"]
        return total
    rows: list[Answer] = answer["rows"]
    return next((row for row in rows if row["group"][question.by] == question.group), None)


def table(lines: Sequence[Compared]) -> RenderableType:
    """The comparison, with what was left out below it."""
    shown = empty_table("Published figure")
    shown.add_column("published", justify="right", no_wrap=True)
    shown.add_column("platform", justify="right", no_wrap=True)
    shown.add_column("", no_wrap=True)
    for line in lines:
        tick = Text("✓", style="bold green") if line.is_same else Text("✗", style="bold red")
        shown.add_row(
            Text(line.claim.statement),
            _number(line.claim.value, line.claim),
            Text(line.reason) if line.said is None else _number(line.said, line.claim),
            tick,
        )
    return Group(shown, Text(), _left_out())


def _number(value: Decimal, claim: Claim) -> Text:
    sign = "+" if claim.unit == "%" and claim.question.field != SHARE else ""
    return Text(f"{value:{sign},f} {claim.unit:3}")


def _left_out() -> Table:
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold cyan")
    shown.add_column("Published, but left out", style="dim", ratio=2, overflow="fold")
    shown.add_column("because they", style="dim", ratio=3)
    shown.expand = True
    for ids, reason in LEFT_OUT:
        shown.add_row(Text(", ".join(ids)), Text(reason))
    return shown
