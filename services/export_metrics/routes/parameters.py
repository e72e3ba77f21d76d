"""What is asked for in a query: dimensions to group by, values to look at, months, a day.

A dimension may stand several times: any of its values will do. Everything else stands once.
"""

import re
from collections.abc import Collection, Iterator
from typing import Annotated, Any, NamedTuple

from fastapi import Query
from pydantic import AfterValidator, BeforeValidator, ValidationError
from starlette.datastructures import QueryParams

from contracts.export_metrics import Cell
from contracts.problem import Problem, Refusal, RefusedError, problems_of
from services.export_metrics.picture.figures import DIMENSIONS, Where
from services.export_metrics.picture.period import Period

MOST_MONTHS = 12
"""A period is compared with the same months of the year before: a longer one would overlap it."""

_KNOWN = f"is none of {', '.join(DIMENSIONS)}"
_NO_UNIT = ("unit", "")


def _comparable(text: str) -> str:
    if Period.parse(text).months > MOST_MONTHS:
        raise ValueError(f"must be at most {MOST_MONTHS} months")
    return text


By = Annotated[str, Query(description="dimensions, by comma", examples=["partner,region"])]
PeriodText = Annotated[
    str,
    Query(
        description="whole months: a year, a month, or two with dots between them",
        examples=["2025-01..2025-11", "2025-11", "2024"],
    ),
    AfterValidator(_comparable),
]


def _digits(given: Any) -> Any:
    """Only 12 is twelve: neither 12.0 nor 1_2, +12 or 012."""
    if isinstance(given, str) and not re.fullmatch("0|[1-9][0-9]*", given, re.ASCII):
        raise ValueError("must be a whole number in digits")
    return given


InDigits = BeforeValidator(_digits)
Limit = Annotated[int, InDigits, Query(ge=1, le=10_000)]


class Asked(NamedTuple):
    """Dimensions to group by, and the values looked at."""

    by: list[str]
    where: Where


def asked(query: QueryParams, own: Collection[str], without: Collection[str] = ()) -> Asked:
    """The dimensions in a query. `own` are the route's parameters, `without` dimensions it lacks.

    Raises: RefusedError naming each parameter that is unknown, malformed or doubled.
    """
    by = [name for name in query.get("by", "").split(",") if name] if "by" in own else []
    where = {name: query.getlist(name) for name in query if name not in own}
    problems = [*_doubled(query, own), *_of_groups(by), *_of_values(where)]
    problems += [
        Problem("dimension_fixed", field, "is what the other parameters say")
        for name in without
        for field, stands in ((f"by.{name}", name in by), (name, name in where))
        if stands
    ]
    if problems:
        raise RefusedError(Refusal.INVALID, *problems)
    return Asked(by, where)


def check_own(query: QueryParams, own: Collection[str]) -> None:
    """Of a route that looks at no dimensions. Raises: RefusedError as `asked` does."""
    known = f"is none of {', '.join(sorted(own))}"
    problems = [Problem("dimension_unknown", name, known) for name in query if name not in own]
    if found := [*_doubled(query, own), *problems]:
        raise RefusedError(Refusal.INVALID, *found)


def filters(without: Collection[str] = ()) -> dict[str, Any]:
    """The OpenAPI entry of the dimensions, each of which may stand several times."""
    return {
        "parameters": [
            {
                "in": "query",
                "name": name,
                "description": "any of these values",
                "schema": {"type": "array", "items": _form(name)},
            }
            for name in DIMENSIONS
            if name not in without
        ]
    }


def _doubled(query: QueryParams, own: Collection[str]) -> Iterator[Problem]:
    for name in query:
        if name in own and len(query.getlist(name)) > 1:
            yield Problem("parameter_doubled", name, "stands twice")


def _of_groups(by: list[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    doubled: set[str] = set()
    for name in by:
        if name not in DIMENSIONS:
            yield Problem("dimension_unknown", f"by.{name}", _KNOWN)
        elif name in seen and name not in doubled:
            yield Problem("dimension_doubled", f"by.{name}", "stands twice")
            doubled.add(name)
        seen.add(name)


def _of_values(where: Where) -> Iterator[Problem]:
    for name, values in where.items():
        if name not in DIMENSIONS:
            yield Problem("dimension_unknown", name, _KNOWN)
        else:
            for value in values:
                yield from _malformed(name, value)


def _malformed(name: str, value: str) -> list[Problem]:
    """Problems of a value, by the form that the contract gives its dimension."""
    if (name, value) == _NO_UNIT:
        return []
    if name == "month" and value.startswith("0000"):
        return [Problem("field_year", name, "there is no year 0")]
    try:
        Cell.model_validate({name: value})
    except ValidationError as error:  # the other dimensions are missing, so there always is one
        return [problem for problem in problems_of(error) if problem.field == name]
    return []


def _form(name: str) -> dict[str, Any]:
    """The JSON schema of a dimension's values."""
    schema = Cell.model_json_schema()
    form: dict[str, Any] = schema["properties"][name]
    if reference := form.get("$ref"):
        form = schema["$defs"][reference.rpartition("/")[2]]
    return {
        key: value for key, value in form.items() if key in {"type", "pattern", "enum", "anyOf"}
    }
