"""Figures of the registry over HTTP."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from chassis.folding.http import KnownOn, NotReady, check_known, require
from chassis.http.problems import responses
from contracts.problem import Refusal, refused
from contracts.values import ProducerKind, RegionCode, Slug, WomenLed
from services.registry_metrics.domain import DEFINITION
from services.registry_metrics.picture import DIMENSIONS, RegistryFigures, Where


def _names(given: object) -> object:
    """Names by comma, in one parameter or several; each counts once."""
    if not isinstance(given, list):
        return given
    names = [name for text in given for name in str(text).split(",") if name]
    return list(dict.fromkeys(names))


def _known(names: list[str]) -> list[str]:
    if unknown := [name for name in names if name not in DIMENSIONS]:
        raise ValueError(f"{unknown[0]} is none of {', '.join(DIMENSIONS)}")
    return names


By = Annotated[
    list[str],
    BeforeValidator(_names),
    AfterValidator(_known),
    Field(description=f"dimensions, by comma: {', '.join(DIMENSIONS)}", examples=[["region"]]),
]


class Question(BaseModel):
    """A dimension may stand several times: any of its values will do."""

    model_config = ConfigDict(extra="forbid")

    chain: list[Slug] = []
    region: list[RegionCode] = []
    kind: list[ProducerKind] = []
    women_led: list[WomenLed] = []
    by: By = []
    known_on: KnownOn = None

    def where(self) -> Where:
        return {name: values for name in DIMENSIONS if (values := getattr(self, name))}


class Producers(BaseModel):
    """How many producers the registry holds: each row has a value for each name in `by`.

    Figures rest on `topic`: they are whole up to `closed_through`, the day that all partitions have
    closed, but for `held` events that are held and those that wait behind them, by now.
    """

    by: list[str]
    rows: list[dict[str, str | int]]
    total: int
    definition: str = DEFINITION
    topic: str
    known_on: date | None = Field(description="the day that was asked for; null is now")
    closed_through: date | None
    open_day: date | None = Field(description="the first day that is not closed everywhere")
    held: int


def producers_router(figures: RegistryFigures, not_ready: NotReady) -> APIRouter:
    """The route of figures. It answers 503 until all contributions have been read."""
    router = APIRouter(prefix="/v1", tags=["producers"], responses=responses(409, 422, 503))

    @router.get("/producers")
    async def ask_producers(request: Request, question: Annotated[Question, Query()]) -> Producers:
        """Producers by any of the dimensions, now or as known on a day."""
        require(not_ready)
        if len(request.query_params.getlist("known_on")) > 1:
            raise refused(Refusal.INVALID, "parameter_doubled", "known_on", "stands twice")
        check_known(figures.closings, question.known_on)
        return _answer(figures, question)

    return router


def _answer(figures: RegistryFigures, question: Question) -> Producers:
    found = figures.ask(question.by, question.where(), question.known_on)
    closings = figures.closings
    closed_through = closings.through()
    return Producers(
        by=question.by,
        rows=[
            {**dict(zip(question.by, names, strict=True)), "producers": producers}
            for names, producers in found.groups
        ],
        total=found.total,
        topic=closings.rest_on,
        known_on=question.known_on,
        closed_through=closed_through,
        open_day=closed_through and closed_through + timedelta(days=1),
        held=closings.held,
    )
