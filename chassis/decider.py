"""The form of every domain: decide what happens, evolve by what happened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from pydantic import BaseModel

from contracts.event import Event

C = TypeVar("C")
S = TypeVar("S", bound=BaseModel)
E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Decider(Generic[C, S, E]):
    """A domain as three pure things.

    `decide` is told what day it is in Morocco. It raises contracts.problem.RefusedError and has no
    other effect. `evolve` takes every event that `decide` gives. A state of None is that of an
    aggregate which does not exist.
    """

    state_type: type[S]
    decide: Callable[[C, S | None, date], Sequence[E]]
    evolve: Callable[[S | None, E], S]

    def fold(self, state: S | None, events: Sequence[E]) -> S | None:
        for event in events:
            state = self.evolve(state, event)
        return state
