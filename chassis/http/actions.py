"""What an aggregate that exists can be told: by a route of its own each, or as a line in bulk."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Generic, TypeVar

from fastapi import APIRouter, Body, Path
from fastapi.openapi.models import Example

from chassis.commands import CommandHandler
from chassis.decider import E, S
from chassis.execution import Execution
from chassis.http.answers import CommandAnswer, command_answer
from chassis.http.circumstances import RequestAround
from chassis.http.problems import responses
from contracts.values import Command, Id

ActionCommand = TypeVar("ActionCommand", bound=Command)
AggregateId = Annotated[Id, Path(alias="id", description="opaque id of what is told")]


@dataclass(frozen=True, slots=True)
class Action(Generic[ActionCommand]):
    """`POST …/{id}/{path}`, and `do` in a line of a bulk request.

    `happened_on` names the field with the day of the fact. `summary` describes the route.
    """

    do: str
    path: str
    command: type[ActionCommand]
    happened_on: str
    summary: str
    examples: dict[str, Example]

    def execution(
        self, id_: str, command: ActionCommand, around: RequestAround, *, key: str | None = None
    ) -> Execution[ActionCommand]:
        """The command with what the request says around it, under its own key if it has one."""
        day: date = getattr(command, self.happened_on)
        return Execution(id_, command, around.circumstances(command, day, key=key))


def add_actions(
    router: APIRouter,
    prefix: str,
    handler: CommandHandler[ActionCommand, S, E],
    actions: Sequence[Action[ActionCommand]],
) -> None:
    """Add the route of each action to the aggregates below `prefix`."""
    for action in actions:
        router.add_api_route(
            f"{prefix}/{{id}}/{action.path}",
            _endpoint(handler, action),
            methods=["POST"],
            name=action.do.replace("-", "_"),
            description=action.summary,
            responses=responses(400, 404, 409, 413, 422),
        )


def _endpoint(
    handler: CommandHandler[ActionCommand, S, E], action: Action[ActionCommand]
) -> Callable[..., Awaitable[CommandAnswer]]:
    async def told(id_: AggregateId, command: Command, around: RequestAround) -> CommandAnswer:
        # FastAPI validated it as the type that is set below.
        one = action.execution(id_, command, around)  # type: ignore[arg-type]
        return command_answer(await handler.execute(one.id, one.command, one.circumstances))

    told.__annotations__["command"] = Annotated[
        action.command, Body(openapi_examples=action.examples)
    ]
    return told
