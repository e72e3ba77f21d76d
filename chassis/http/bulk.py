"""Many commands in one request: one JSON object a line, one outcome a line, in the same order.

A line that is wrong does not keep the others from being carried out.
"""

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Annotated, Any, Generic, TypeVar

from fastapi import HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chassis.answer import Answer, Done
from chassis.batch import BatchHandler, Outcome
from chassis.commands import CommandHandler
from chassis.creation import Creation
from chassis.decider import C, E, S
from chassis.execution import Execution
from chassis.http.actions import Action, ActionCommand
from chassis.http.circumstances import RequestAround
from chassis.http.problems import STATUS, FieldProblem
from chassis.store.document import COMMANDS_KEPT
from contracts.problem import Problem, Refusal, RefusedError, problems_of, refused
from contracts.values import Id

MAX_LINE_BYTES = 16 * 1024
L = TypeVar("L", bound="BulkLine")
M = TypeVar("M", bound=BaseModel)


LineKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9._/-]+$", max_length=60)]
"""A key without a colon, which joins it to the request's: so the two can be read one way only."""


class BulkLine(BaseModel):
    """A line of a bulk request. `key` makes it unique under the request's Idempotency-Key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(pattern=r"^[A-Za-z0-9._:/-]+$", max_length=60)


class ExecutionLine(BaseModel):
    """A line that tells the aggregate `id` to `do` what the command says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id
    key: LineKey
    do: str = Field(max_length=40)
    command: dict[str, Any]


class LineOutcome(BaseModel):
    """What became of a line. Lines count from 1; `status` is what the single command would answer.

    To create: 201 when carried out, now or earlier under the same key; 200 when the same content
    was there already. To others: 200 when carried out, now or earlier.
    """

    line: int
    status: int
    id: str | None = None
    ordinal: int | None = None
    errors: list[FieldProblem] = []


class BulkAnswer(BaseModel):
    outcomes: list[LineOutcome]


def lines_body(example: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI entry of a body of lines, of which `example` is one."""
    line = json.dumps(example, ensure_ascii=False)
    content = {"application/x-ndjson": {"schema": {"type": "string"}, "example": f"{line}\n"}}
    return {"requestBody": {"required": True, "content": content}}


def line_by_line(
    creation: Callable[[L], Creation[C]],
) -> Callable[[Sequence[L]], Awaitable[list[Creation[C] | RefusedError]]]:
    """What prepares lines for BulkCreation where each stands for itself."""

    async def prepare(lines: Sequence[L]) -> list[Creation[C] | RefusedError]:
        return [creation(line) for line in lines]

    return prepare


class BulkCreation(Generic[C, S, E, L]):
    """Carries out the lines of one request."""

    def __init__(
        self,
        handler: CommandHandler[C, S, E],
        line_type: type[L],
        prepare: Callable[[Sequence[L]], Awaitable[list[Creation[C] | RefusedError]]],
    ) -> None:
        self._handler = handler
        self._line_type = line_type
        self._prepare = prepare

    async def run(self, request: Request) -> BulkAnswer:
        """Carry out the lines; the outcomes are in their order.

        Raises:
            RefusedError: there is no line.
            HTTPException: 413, there are too many.
        """
        parsed = [_parsed(raw, self._line_type) for raw in await _lines_of(request)]
        prepared = await self._prepare([line for line in parsed if isinstance(line, BulkLine)])
        refined = iter(prepared)
        steps = [p if isinstance(p, RefusedError) else next(refined) for p in parsed]
        answers = iter(
            await self._handler.create_many([s for s in steps if isinstance(s, Creation)])
        )
        outcomes: list[LineOutcome] = []
        for number, step in enumerate(steps, start=1):
            answer = step if isinstance(step, RefusedError) else next(answers)
            otherwise = isinstance(answer, Answer) and answer.done is Done.OTHERWISE
            id_ = step.id if isinstance(step, Creation) else None
            outcomes.append(_outcome(number, answer, id_, 200 if otherwise else 201))
        return BulkAnswer(outcomes=outcomes)


class BulkExecution(Generic[ActionCommand, S, E]):
    """Carries out lines that tell aggregates something, those of one aggregate in their order.

    A line that is refused does not stop the later lines of its aggregate. Each is known by its own
    key when the request comes again; an aggregate remembers COMMANDS_KEPT, so no more are taken.
    """

    def __init__(
        self,
        handler: CommandHandler[ActionCommand, S, E],
        actions: Sequence[Action[ActionCommand]],
    ) -> None:
        self._batch = BatchHandler(handler)
        self._actions = {action.do: action for action in actions}

    async def run(self, request: Request, around: RequestAround) -> BulkAnswer:
        """Carry out the lines; the outcomes are in their order.

        Raises:
            RefusedError: there is no line, or no idempotency key.
            HTTPException: 413, there are too many.
        """
        around.required_key()
        lines = [_parsed(raw, ExecutionLine) for raw in await _lines_of(request)]
        told: Counter[str] = Counter()
        steps = [self._step(line, around, told) for line in lines]
        executions = [step for step in steps if isinstance(step, Execution)]
        answers = iter(await self._batch.execute_many(executions))
        return BulkAnswer(
            outcomes=[
                _outcome(
                    number,
                    next(answers) if isinstance(step, Execution) else step,
                    line.id if isinstance(line, ExecutionLine) else None,
                    200,
                )
                for number, (line, step) in enumerate(zip(lines, steps, strict=True), start=1)
            ]
        )

    def _step(
        self, line: ExecutionLine | RefusedError, around: RequestAround, told: Counter[str]
    ) -> Execution[ActionCommand] | RefusedError:
        if isinstance(line, RefusedError):
            return line
        action = self._actions.get(line.do)
        if action is None:
            known = ", ".join(self._actions)
            return refused(Refusal.INVALID, "action_unknown", "do", f"must be one of {known}")
        try:
            command = action.command.model_validate(line.command)
        except ValidationError as error:
            return RefusedError(Refusal.INVALID, *problems_of(error, "command"))
        told[line.id] += 1
        if told[line.id] > COMMANDS_KEPT:
            most = f"a request has at most {COMMANDS_KEPT} commands for one id"
            return refused(Refusal.INVALID, "lines_too_many", "id", most)
        return action.execution(line.id, command, around, key=around.required_key(line.key))


async def _lines_of(request: Request) -> list[bytes]:
    lines = (await request.body()).splitlines()
    if not lines:
        raise refused(Refusal.INVALID, "body_missing", "", "the body has no line")
    most = request.app.state.settings.max_bulk_lines
    if len(lines) > most:
        raise HTTPException(413, f"{len(lines)} lines exceed the limit of {most}")
    return lines


def _parsed(raw: bytes, line_type: type[M]) -> M | RefusedError:
    if len(raw) > MAX_LINE_BYTES:
        problem = Problem("line_too_long", "", f"the line exceeds {MAX_LINE_BYTES} bytes")
        return RefusedError(Refusal.INVALID, problem)
    try:
        return line_type.model_validate_json(raw)
    except ValidationError as error:
        return RefusedError(Refusal.INVALID, *problems_of(error))


def _outcome(number: int, outcome: Outcome, id_: str | None, success: int) -> LineOutcome:
    """What became of a line about `id_`; `success` is the status when it was carried out."""
    if isinstance(outcome, Answer):
        return LineOutcome(line=number, status=success, id=outcome.id, ordinal=outcome.ordinal)
    if isinstance(outcome, RefusedError):
        status, problems = STATUS[outcome.refusal], outcome.problems
    else:
        status = HTTPStatus.SERVICE_UNAVAILABLE
        problems = (Problem("contention", "id", "is busy: send the line again"),)
    errors = [FieldProblem(code=p.code, field=p.field, message=p.message) for p in problems]
    return LineOutcome(line=number, status=status, id=id_, errors=errors)
