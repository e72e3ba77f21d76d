"""Many commands on aggregates that exist, in waves: one load and one write for many of them.

A wave has the next command of each aggregate, so those of one aggregate keep their order. Each is
written for itself, by a compare-and-set under its own idempotency key.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Generic

from chassis.answer import Answer
from chassis.commands import CommandHandler, ContentionError
from chassis.decider import C, E, S
from chassis.execution import Execution
from chassis.refusals import missing
from chassis.store import Change, Document
from contracts.problem import RefusedError

WAVE = 250
"""Commands of one wave: while they are decided, the process does nothing else."""

Outcome = Answer | RefusedError | ContentionError


class BatchHandler(Generic[C, S, E]):
    """Carries out the commands of one request. A wave has the deadline of a single command."""

    def __init__(self, handler: CommandHandler[C, S, E]) -> None:
        self._handler = handler

    async def execute_many(self, executions: Sequence[Execution[C]]) -> list[Outcome]:
        """The outcomes are in the order of the input. A refusal keeps no other command back.

        Each command needs an idempotency key, by which it is known when a wave is written again.

        Raises:
            TimeoutError: a deadline passed. What was carried out is known by its key.
        """
        outcomes: dict[int, Outcome] = {}
        for wave in _waves([execution.id for execution in executions]):
            async with asyncio.timeout(self._handler.seconds):
                of_wave = await self._wave([executions[index] for index in wave])
            outcomes |= zip(wave, of_wave, strict=True)
        return [outcomes[index] for index in range(len(executions))]

    async def _wave(self, executions: Sequence[Execution[C]]) -> list[Outcome]:
        documents = await self._handler.repository.load([one.id for one in executions])
        judged = [self._judge(one, documents.get(one.id)) for one in executions]
        changes = [step for step in judged if isinstance(step, Change)]
        if changes and not await self._handler.repository.change_many(changes):
            return await self._one_by_one(executions, judged)
        outcomes: list[Outcome] = []
        for one, step in zip(executions, judged, strict=True):
            outcome: Answer | RefusedError
            if isinstance(step, Change):
                outcome = self._handler.written(documents[one.id], step, one.circumstances)
            else:
                outcome = step
            self._handler.count(one.command, outcome)
            outcomes.append(outcome)
        return outcomes

    def _judge(
        self, one: Execution[C], document: Document | None
    ) -> Change | Answer | RefusedError:
        if document is None:
            return missing(one.id)
        try:
            return self._handler.judge(document, one.command, one.circumstances)
        except RefusedError as error:
            return error

    async def _one_by_one(
        self, executions: Sequence[Execution[C]], judged: Sequence[Change | Answer | RefusedError]
    ) -> list[Outcome]:
        """Other writers were first in some places; what was written in others is known again."""
        outcomes: list[Outcome] = []
        for one, step in zip(executions, judged, strict=True):
            if not isinstance(step, Change):
                outcomes.append(step)
                continue
            self._handler.publisher.wake(one.id, None)
            try:
                outcomes.append(await self._handler.execute(one.id, one.command, one.circumstances))
            except (RefusedError, ContentionError) as error:
                outcomes.append(error)
        return outcomes


def _waves(ids: Sequence[str]) -> Iterator[list[int]]:
    """Positions in `ids`: those where an id stands for the first time, for the second, …"""
    times: Counter[str] = Counter()
    turns: dict[int, list[int]] = defaultdict(list)
    for index, id_ in enumerate(ids):
        turns[times[id_]].append(index)
        times[id_] += 1
    for turn in turns.values():
        yield from (turn[start : start + WAVE] for start in range(0, len(turn), WAVE))
