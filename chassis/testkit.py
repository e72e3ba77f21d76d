"""Given events, when a command comes, then these events follow: the language of domain tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic

from chassis.decider import C, Decider, E, S
from contracts.problem import RefusedError

TODAY = date(2025, 6, 30)


@dataclass(frozen=True, slots=True)
class When(Generic[C, S, E]):
    decider: Decider[C, S, E]
    state: S | None
    command: C
    today: date

    def then(self, *expected: E) -> None:
        """The command gives exactly these events."""
        actual = tuple(self.decider.decide(self.command, self.state, self.today))
        if actual != expected:
            raise AssertionError(f"expected {expected}, got {actual}")
        self.decider.fold(self.state, actual)

    def then_refused(self, *codes: str) -> None:
        """The command is refused for exactly these reasons."""
        try:
            actual = self.decider.decide(self.command, self.state, self.today)
        except RefusedError as error:
            found = tuple(problem.code for problem in error.problems)
            if found != codes:
                raise AssertionError(f"expected refusal {codes}, got {found}") from error
            return
        raise AssertionError(f"expected refusal {codes}, got events {actual}")


@dataclass(frozen=True, slots=True)
class Given(Generic[C, S, E]):
    decider: Decider[C, S, E]
    events: Sequence[E]

    def when(self, command: C, today: date = TODAY) -> When[C, S, E]:
        return When(self.decider, self.decider.fold(None, self.events), command, today)


def given(decider: Decider[C, S, E], *events: E) -> Given[C, S, E]:
    """Start a test from an aggregate with this history."""
    return Given(decider, events)
