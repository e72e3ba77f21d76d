"""Errors over HTTP as problem details (RFC 9457), with one entry for each field that is wrong."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import Match

from chassis.commands import ContentionError
from contracts.problem import Problem, Refusal, RefusedError, bounded

MEDIA_TYPE = "application/problem+json"
RETRY = {"Retry-After": "1"}
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
STATUS = {
    Refusal.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Refusal.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Refusal.CONFLICT: HTTPStatus.CONFLICT,
    Refusal.NOT_YET: HTTPStatus.CONFLICT,
}
log = structlog.get_logger()


class FieldProblem(BaseModel):
    code: str
    field: str
    message: str


class ProblemDetails(BaseModel):
    """The body of every answer that is not a success."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []


def details(status: int, code: str, detail: str, problems: Sequence[Problem]) -> ProblemDetails:
    """Problem details of one answer; without problems, the answer as a whole is one."""
    told = problems or [Problem(code, "", detail)]
    return ProblemDetails(
        type=f"urn:zarbia:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        errors=[FieldProblem(code=p.code, field=p.field, message=p.message) for p in told],
    )


def refusal_details(error: RefusedError) -> ProblemDetails:
    """Problem details of a refused command."""
    problems = bounded(error.problems)
    detail = "; ".join(map(str, problems))
    return details(STATUS[error.refusal], problems[0].code, detail, problems)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI entries of the problems that a route can answer with."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
    return {
        status: {
            "model": ProblemDetails,
            "content": content,
            "description": HTTPStatus(status).phrase,
        }
        for status in statuses
    }


def install(app: FastAPI) -> None:
    """Make every error of the application a problem."""

    @app.exception_handler(RefusedError)
    async def on_refused(_: Request, error: RefusedError) -> JSONResponse:
        retry = error.refusal is Refusal.NOT_YET
        return _response(refusal_details(error), RETRY if retry else None)

    @app.exception_handler(RequestValidationError)
    async def on_malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        problems = bounded([_field_problem(entry) for entry in error.errors()])
        if isinstance(error.body, bytes) and not _is_json(request):  # so nobody tried to read it
            problems = [Problem("content_type", "Content-Type", "must be application/json")]
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if any(entry["type"] == "json_invalid" for entry in error.errors()):
            status = HTTPStatus.BAD_REQUEST
        return _response(details(status, "malformed", "; ".join(map(str, problems)), problems))

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> JSONResponse:
        code = HTTPStatus(error.status_code).name.lower()
        problem = Problem(code, "", str(error.detail))
        headers = error.headers
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers = {"Allow": ", ".join(_methods(request))}
        return _response(details(error.status_code, code, problem.message, [problem]), headers)

    @app.exception_handler(ContentionError)
    async def on_contention(_: Request, error: ContentionError) -> JSONResponse:
        found = details(HTTPStatus.SERVICE_UNAVAILABLE, "contention", f"{error} is busy", ())
        return _response(found, RETRY)

    @app.exception_handler(TimeoutError)
    async def on_timeout(_: Request, error: TimeoutError) -> JSONResponse:
        found = details(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "unknown_outcome",
            "took too long: send the command again with the same idempotency key",
            (),
        )
        log.warning("command deadline", error=repr(error))
        return _response(found, RETRY)

    @app.exception_handler(Exception)
    async def on_failure(_: Request, error: Exception) -> JSONResponse:
        log.error("request failed", exc_info=error)
        found = details(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "the service failed", ())
        return _response(found)


def _methods(request: Request) -> list[str]:
    """Those of all routes on the path; the framework names those of the first alone."""

    def answered(method: str) -> bool:
        scope = {**request.scope, "method": method}
        return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)

    return [method for method in METHODS if answered(method)]


def _is_json(request: Request) -> bool:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type.endswith(("/json", "+json"))


def _field_problem(entry: Any) -> Problem:
    parts = [str(part) for part in entry["loc"][1:]]  # without body, path or header
    field = "" if entry["type"] == "json_invalid" else ".".join(parts)
    return Problem(f"field_{entry['type']}", field, entry["msg"].removeprefix("Value error, "))


def _response(problem: ProblemDetails, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse(
        problem.model_dump(),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )
