"""One thing that is wrong with some input, in a form for people and for programs."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import ValidationError


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` is for programs, `field` a dotted path into the input, `message` for people."""

    code: str
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


def problems_of(error: ValidationError, prefix: str = "") -> list[Problem]:
    """All problems of a Pydantic error. The input is never echoed: it may be large or personal."""
    return [
        Problem(
            code=f"field_{entry['type']}",
            field=".".join([*([prefix] if prefix else []), *map(str, entry["loc"])]),
            message=entry["msg"].removeprefix("Value error, "),
        )
        for entry in error.errors(include_url=False, include_input=False, include_context=False)
    ]


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


def refused(refusal: Refusal, code: str, field: str, message: str) -> RefusedError:
    """A refusal for one reason."""
    return RefusedError(refusal, Problem(code, field, message))
