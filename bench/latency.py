"""How long after a command the national figure shows it, under a steady load of single commands.

Each command declares at an office of its own, so that its figure can be told from all others.
"""

import asyncio
import time
from datetime import date

import httpx

from console.stack import RunningStack
from services.exports.examples import EXPORT_BODY

GROUP = 20
"""Commands that share an HS code, so that one small query tells of all that are under way."""

WARM_UP = 200
"""Commands before the measured ones: every partition has published, Java has compiled."""

CODES = (
    "570110", "570190", "570210", "570231", "570232", "570239", "570241", "570242", "570249",
    "691110", "691190", "691200", "691310", "691390", "691410", "691490", "420211", "420212",
    "420219", "420221", "420222", "420229", "420231", "420232", "420239", "420291", "420292",
    "420299", "441911", "441912", "441919", "441920", "441990", "711311", "711319", "711320",
    "711711", "711719", "711790", "460121", "460122", "460129", "460192", "460193", "460194",
    "460199", "460211", "460212", "460219", "460290",
)  # fmt: skip


def measure(stack: RunningStack, commands: int, rate: int) -> None:
    """Send `commands` at `rate` a second; print how long each took to be visible."""
    asyncio.run(_measure(stack, commands, rate))


async def _measure(stack: RunningStack, commands: int, rate: int) -> None:
    async with httpx.AsyncClient(timeout=30) as http:
        producer = await _producer(http, stack)
        for number in range(WARM_UP):
            await _command(http, stack, producer, f"WARM-{number}", CODES[0])
        sent: dict[str, float] = {}
        seen: dict[str, float] = {}
        answered: list[float] = []
        watching = asyncio.create_task(_watch(http, stack, sent, seen, commands))
        started = time.perf_counter()
        tasks = []
        for number in range(commands):
            await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
            office = f"B{number}"
            sent[office] = time.perf_counter()
            tasks.append(asyncio.create_task(_timed(http, stack, producer, number, answered)))
        await asyncio.gather(*tasks)
        await watching
    _print("command to answer", answered)
    _print("command to visible figure", [seen[office] - sent[office] for office in sent])


async def _timed(
    http: httpx.AsyncClient, stack: RunningStack, producer: str, number: int, answered: list[float]
) -> None:
    started = time.perf_counter()
    await _command(http, stack, producer, f"B{number}", _code(f"B{number}"))
    answered.append(time.perf_counter() - started)


def _code(office: str) -> str:
    return CODES[int(office[1:]) // GROUP % len(CODES)]


async def _command(
    http: httpx.AsyncClient, stack: RunningStack, producer: str, office: str, code: str
) -> None:
    body = EXPORT_BODY | {
        "declaration": {"office": office, "number": "1"},
        "exporter_id": producer,
        "hs_code": code,
    }
    while True:
        answer = await http.post(f"{stack.services['exports']}/v1/shipments", json=body)
        if "retry-after" not in answer.headers:
            answer.raise_for_status()
            return
        await asyncio.sleep(0.05)


async def _watch(
    http: httpx.AsyncClient,
    stack: RunningStack,
    sent: dict[str, float],
    seen: dict[str, float],
    commands: int,
) -> None:
    url = f"{stack.services['export_metrics']}/v1/statistics"
    while len(seen) < commands:
        await asyncio.sleep(0.005)
        for code in sorted({_code(office) for office in sent if office not in seen}):
            rows = (await http.get(url, params={"by": "office", "hs_code": code})).json()["rows"]
            now = time.perf_counter()
            for row in rows:
                if row["office"] in sent:
                    seen.setdefault(row["office"], now)


async def _producer(http: httpx.AsyncClient, stack: RunningStack) -> str:
    body = {"registered_on": date(2025, 3, 8).isoformat(), "kind": "artisan", "region": "MA-05"}
    headers = {"Idempotency-Key": "bench"}
    url = f"{stack.services['registry']}/v1/producers"
    answer = await http.post(url, json=body, headers=headers)
    return str(answer.raise_for_status().json()["id"])


def _print(what: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    print(
        f"{what:<28} p50 {p50 * 1000:6.0f} ms   p99 {p99 * 1000:6.0f} ms"
        f"   max {ordered[-1] * 1000:6.0f} ms   n {len(ordered)}"
    )
