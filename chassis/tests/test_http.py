"""What every service answers, whatever its own routes are."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import APIRouter, Request
from starlette.types import Message

from chassis.commands import ContentionError
from chassis.http.circumstances import RequestAround, aggregate_id
from chassis.http.limits import BodyLimit
from chassis.tests.counters import NOW, Count
from chassis.tests.http_api import LIMIT, application, client_of, in_chunks, problems
from contracts.problem import LONGEST_FIELD, MOST_TOLD

router = APIRouter()
reached: list[bytes] = []


@router.post("/echo")
async def echo(request: Request) -> int:
    reached.append(await request.body())
    return len(reached[-1])


@router.post("/count")
async def count(command: Count) -> int:
    return command.by


@router.get("/count")
async def counted() -> int:
    return 0


@router.post("/fail/{how}")
async def fail(how: str) -> None:
    raise {"busy": ContentionError("x"), "late": TimeoutError()}.get(how, RuntimeError("secret"))


@router.get("/around")
async def around(around: RequestAround) -> dict[str, str | None]:
    circumstances = around.circumstances(Count(by=1), NOW.date())
    return {
        "key": circumstances.idempotency_key,
        "traceparent": circumstances.traceparent,
        "fingerprint": circumstances.fingerprint,
    }


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    reached.clear()
    async with client_of(application(router)) as client:
        yield client


async def test_an_unknown_path_is_a_problem(client: httpx.AsyncClient) -> None:
    assert problems(await client.get("/nowhere"), 404) == {"": "not_found"}


async def test_all_methods_of_a_path_are_named_whichever_route_has_them(
    client: httpx.AsyncClient,
) -> None:
    response = await client.delete("/count")

    assert problems(response, 405) == {"": "method_not_allowed"}
    assert response.headers["allow"] == "GET, POST"


async def test_another_method_is_a_problem_that_says_which_there_are(
    client: httpx.AsyncClient,
) -> None:
    response = await client.get("/echo")

    assert problems(response, 405) == {"": "method_not_allowed"}
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize("how", ["busy", "late"])
async def test_what_can_be_sent_again_says_so(client: httpx.AsyncClient, how: str) -> None:
    response = await client.post(f"/fail/{how}")

    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["retry-after"] == "1"


async def test_a_failure_tells_nothing_of_the_inside(client: httpx.AsyncClient) -> None:
    response = await client.post("/fail/otherwise")

    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert "secret" not in response.text


async def test_a_body_of_the_limit_passes_and_one_more_byte_does_not(
    client: httpx.AsyncClient,
) -> None:
    assert (await client.post("/echo", content=b"x" * LIMIT)).json() == LIMIT
    too_large = await client.post("/echo", content=b"x" * (LIMIT + 1))

    assert problems(too_large, 413) == {"": "body_too_large"}
    assert len(reached) == 1


async def test_a_body_that_hides_its_length_is_held_to_the_limit(
    client: httpx.AsyncClient,
) -> None:
    assert (await client.post("/echo", content=in_chunks(b"x" * LIMIT))).json() == LIMIT
    too_large = await client.post("/echo", content=in_chunks(b"x" * (LIMIT + 1)))

    assert problems(too_large, 413) == {"": "body_too_large"}
    assert len(reached) == 1


async def test_half_a_body_is_not_carried_out() -> None:
    messages: list[Message] = [
        {"type": "http.request", "body": b"half", "more_body": True},
        {"type": "http.disconnect"},
    ]
    called = asyncio.Event()

    async def app(*_: object) -> None:
        called.set()

    async def receive() -> Message:
        return messages.pop(0)

    async def send(_: Message) -> None:
        raise AssertionError("nobody waits for an answer")

    scope = {"type": "http", "path": "/echo", "headers": []}
    await BodyLimit(app, limit=10, bulk_limit=10)(scope, receive, send)

    assert not called.is_set()


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Idempotency-Key", "k" * 101),
        ("Idempotency-Key", "two words"),
        ("Idempotency-Key", ""),
        ("X-Client-Id", "a|b"),
        ("X-Correlation-Id", "né".encode().decode("latin-1")),
    ],
)
async def test_a_malformed_header_is_named(
    client: httpx.AsyncClient, header: str, value: str
) -> None:
    response = await client.get("/around", headers=[(header.encode(), value.encode("latin-1"))])

    assert header in problems(response, 422)


async def test_a_key_belongs_to_its_client(client: httpx.AsyncClient) -> None:
    headers = [{"X-Client-Id": name, "Idempotency-Key": "1"} for name in ("one", "two")]
    keys = {(await client.get("/around", headers=h)).json()["key"] for h in headers}

    assert len(keys) == 2
    names = [("order", "one", "1"), ("order", "two", "1"), ("producer", "one", "1")]
    assert len({aggregate_id(*name) for name in names}) == len(names)


async def test_a_trace_is_continued_with_a_span_of_ours(client: httpx.AsyncClient) -> None:
    trace, span = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
    response = await client.get("/around", headers={"traceparent": f"00-{trace}-{span}-01"})

    _, continued, new_span, _ = response.json()["traceparent"].split("-")
    assert continued == trace
    assert new_span != span


async def test_a_malformed_trace_is_replaced(client: httpx.AsyncClient) -> None:
    response = await client.get("/around", headers={"traceparent": "00-nothing"})

    assert len(response.json()["traceparent"]) == 55


async def test_commands_of_one_content_and_two_names_differ() -> None:
    class Discount(Count):
        pass

    commands = [Count(by=1), Discount(by=1), Count(by=1)]
    routes = APIRouter()

    @routes.get("/fingerprints")
    async def fingerprints(around: RequestAround) -> list[str]:
        return [around.circumstances(c, NOW.date()).fingerprint for c in commands]

    async with client_of(application(routes)) as client:
        one, two, three = (await client.get("/fingerprints")).json()
    assert one == three != two


async def test_an_answer_does_not_outgrow_its_question(client: httpx.AsyncClient) -> None:
    body = {f"{n:03d}" + "x" * 200: n for n in range(MOST_TOLD + 10)}

    response = await client.post("/count", json=body)

    found = problems(response, 422)
    assert len(found) == MOST_TOLD + 1
    assert found[""] == "and_more"
    assert max(map(len, found)) <= LONGEST_FIELD


async def test_a_body_of_another_kind_is_told_so(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/count", content=b'{"by": 1}', headers={"Content-Type": "text/plain"}
    )

    assert problems(response, 422) == {"Content-Type": "content_type"}


@pytest.mark.parametrize("how", ["busy", "late", "broken"])
async def test_every_failure_names_a_reason(client: httpx.AsyncClient, how: str) -> None:
    assert problems(await client.post(f"/fail/{how}"), 500, 503)
