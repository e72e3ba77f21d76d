"""Many commands in one request: one JSON object a line, one outcome a line, in the same order.

A line that is wrong does not keep the others from being carried out.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

from fastapi import HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chassis.answer import Answer, Done
from chassis.commands import CommandHandler
from chassis.creation import Creation
from chassis.decider import C, E, S
from chassis.http.problems import STATUS, FieldProblem
from contracts.problem import Problem, Refusal, RefusedError, problems_of

MAX_LINE_BYTES = 16 * 1024
L = TypeVar("L", bound="BulkLine")


class BulkLine(BaseModel):
    """A line of a bulk request. `key` makes it unique under the request's Idempotency-Key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(pattern=r"^[A-Za-z0-9._:/-]+$", max_length=60)


class LineOutcome(BaseModel):
    """What became of a line. Lines count from 1; `status` is what the single command would answer.

    201: carried out, now or earlier under the same key. 200: the same content was there already.
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
        """Raises HTTPException 413 when there are too many lines."""
        raw_lines = (await request.body()).splitlines()
        most = request.app.state.settings.max_bulk_lines
        if len(raw_lines) > most:
            raise HTTPException(413, f"{len(raw_lines)} lines exceed the limit of {most}")
        parsed = [self._parse(raw) for raw in raw_lines]
        prepared = await self._prepare([line for line in parsed if isinstance(line, BulkLine)])
        refined = iter(prepared)
        steps = [p if isinstance(p, RefusedError) else next(refined) for p in parsed]
        answers = iter(
            await self._handler.create_many([s for s in steps if isinstance(s, Creation)])
        )
        return BulkAnswer(
            outcomes=[
                _outcome(number, step if isinstance(step, RefusedError) else next(answers), step)
                for number, step in enumerate(steps, start=1)
            ]
        )

    def _parse(self, raw: bytes) -> L | RefusedError:
        if len(raw) > MAX_LINE_BYTES:
            problem = Problem("line_too_long", "", f"the line exceeds {MAX_LINE_BYTES} bytes")
            return RefusedError(Refusal.INVALID, problem)
        try:
            return self._line_type.model_validate_json(raw)
        except ValidationError as error:
            return RefusedError(Refusal.INVALID, *problems_of(error))


def _outcome(
    number: int, outcome: Answer | RefusedError, step: Creation[C] | RefusedError
) -> LineOutcome:
    if isinstance(outcome, RefusedError):
        errors = [
            FieldProblem(code=p.code, field=p.field, message=p.message) for p in outcome.problems
        ]
        id_ = step.id if isinstance(step, Creation) else None
        return LineOutcome(line=number, status=STATUS[outcome.refusal], id=id_, errors=errors)
    status = 200 if outcome.done is Done.OTHERWISE else 201
    return LineOutcome(line=number, status=status, id=outcome.id, ordinal=outcome.ordinal)
