"""One thing that is wrong with some input, in a form for people and for programs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from pydantic import ValidationError

MOST_TOLD = 50
"""Problems told of one input: an answer must not outgrow its question many times over."""

LONGEST_FIELD = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` is for programs, `field` a dotted path into the input, `message` for people."""

    code: str
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


def bounded(problems: Sequence[Problem]) -> list[Problem]:
    """The first MOST_TOLD problems, and how many more there are. Names of fields are cut short."""
    told = [replace(problem, field=problem.field[:LONGEST_FIELD]) for problem in problems]
    more = len(told) - MOST_TOLD
    return [*told[:MOST_TOLD], Problem("and_more", "", f"and {more} more")] if more > 0 else told


def problems_of(error: ValidationError, prefix: str = "") -> list[Problem]:
    """All problems of a Pydantic error. The input is never echoed: it may be large or personal."""
    problems = [
        Problem(
            code=f"field_{entry['type']}",
            field=".".join([*([prefix] if prefix else []), *map(str, entry["loc"])]),
            message=entry["msg"].removeprefix("Value error, "),
        )
        for entry in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    return bounded(problems)


class Refusal(StrEnum):
    """Why a command is refused."""

    INVALID = "invalid"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    NOT_YET = "not_yet"
    """What the command rests on may arrive soon: the same command can succeed later."""


class RefusedError(Exception):
    """A command that is not carried out. Nothing was written."""

    def __init__(self, refusal: Refusal, *problems: Problem) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.refusal = refusal
        self.problems = problems

    def within(self, field: str) -> Self:
        """The same refusal of an input in which this one is the content of `field`."""
        inside = (replace(p, field=f"{field}.{p.field}") for p in self.problems)
        return type(self)(self.refusal, *inside)


def refused(refusal: Refusal, code: str, field: str, message: str) -> RefusedError:
    """A refusal for one reason."""
    return RefusedError(refusal, Problem(code, field, message))
