"""Playing: in order where order matters, again where it must be, on from where it stopped."""

import json
from collections import Counter
from datetime import date, datetime
from typing import Any

import httpx
import pytest

from chassis.clock import local_day
from console.demo.board import Board
from console.demo.clocks import Clocks, morning
from console.demo.dated import Scenario
from console.demo.errors import DemoStoppedError
from console.demo.platform import Platform
from console.demo.player import Player
from console.demo.programme import make_programme
from console.demo.routes import route_of
from console.demo.sender import Sender

SCENARIO = Scenario(last_day=date(2024, 1, 24), step_days=3, producers=50, shipments=60)
PROGRAMME = make_programme(SCENARIO)
DRIVEN = ("insurance", "registry", "orders", "exports")
URLS = {name: f"http://{name}" for name in (*DRIVEN, "export_metrics")}


class Services:
    """Stand-ins for all services: they note what comes and answer that all went well."""

    def __init__(self, day: date = SCENARIO.first_day) -> None:
        self.clocks = {f"http://{name}": morning(day) for name in DRIVEN}
        self.keys: list[str] = []
        self.days: dict[str, date] = {}
        self.told: dict[str, tuple[str, str]] = {}
        self.fail_first: list[httpx.Response] = []
        self.unknown_exporters = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        host = f"http://{request.url.host}"
        if request.url.path == "/internal/clock":
            return self._clock(host, request)
        if request.method == "GET":
            return httpx.Response(200, json={"total": {"shipments": 10**6}})
        if self.fail_first:
            return self.fail_first.pop()
        key, lines = request.headers["Idempotency-Key"], request.content.decode().splitlines()
        if not request.url.path.endswith(":bulk"):
            self._note(host, key)
            return httpx.Response(201, json={})
        return httpx.Response(200, json={"outcomes": [self._line(host, key, x) for x in lines]})

    def _line(self, host: str, key: str, line: str) -> dict[str, Any]:
        if self.unknown_exporters:
            self.unknown_exporters -= 1
            return {"line": 1, "status": 409, "errors": [{"code": "exporter_unknown"}]}
        said = json.loads(line)
        key = f"{key}:{said['key']}"
        self._note(host, key)
        if "do" in said:
            self.told[key] = said["id"], said["do"]
        return {"line": 1, "status": 201, "errors": []}

    def _note(self, host: str, key: str) -> None:
        self.keys.append(key)
        self.days[key] = local_day(self.clocks[host])

    def _clock(self, host: str, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            now = datetime.fromisoformat(json.loads(request.content)["now"])
            if now < self.clocks[host]:
                return httpx.Response(409, json={"detail": "clock goes back"})
            self.clocks[host] = now
        return httpx.Response(200, json={"now": self.clocks[host].isoformat()})


async def play(services: Services) -> Board:
    board = Board(SCENARIO, len(PROGRAMME.commands))
    async with httpx.AsyncClient(transport=httpx.MockTransport(services)) as http:
        sender = Sender(http, URLS, SCENARIO.run, board.carried_out)
        clocks, platform = Clocks(http, URLS), Platform(http, URLS["export_metrics"])
        await Player(PROGRAMME, sender, clocks, platform, board).play()
    return board


async def test_every_command_is_sent_once_on_its_day() -> None:
    services = Services()
    board = await play(services)
    expected = {f"{SCENARIO.run}:{c.key}": c.day for c in PROGRAMME.commands}
    assert services.days == expected
    assert set(Counter(services.keys).values()) == {1}
    assert board.done == board.played == len(PROGRAMME.commands)
    assert {local_day(now) for now in services.clocks.values()} == {date(2024, 1, 25)}


async def test_what_creates_is_sent_before_what_tells_the_created() -> None:
    services = Services()
    await play(services)
    place = {key: services.keys.index(key) for key in services.keys if ":order-" in key}
    later = [key for key in place if "/" in key]
    assert later
    assert all(place[key.partition("/")[0]] < place[key] for key in later)


async def test_a_line_says_what_to_do_to_which_order() -> None:
    services = Services()
    await play(services)
    due = {
        f"{SCENARIO.run}:{c.key}": (c.subject, route.do)
        for c in PROGRAMME.commands
        if (route := route_of(c)).do
    }
    assert services.told == due


async def test_it_goes_on_from_the_day_that_the_slowest_clock_shows() -> None:
    services = Services(day=date(2024, 1, 16))
    services.clocks["http://orders"] = morning(date(2024, 1, 19))
    board = await play(services)
    assert min(services.days.values()) == date(2024, 1, 16)
    sent = {f"{SCENARIO.run}:{c.key}" for c in PROGRAMME.commands if c.day >= date(2024, 1, 16)}
    assert set(services.keys) == sent
    assert board.done == len(PROGRAMME.commands)
    assert board.played == len(sent)


async def test_what_passes_is_waited_for() -> None:
    services = Services()
    services.fail_first = [httpx.Response(503), httpx.Response(503)]
    services.unknown_exporters = 3
    board = await play(services)
    assert board.done == len(PROGRAMME.commands)


async def test_a_refusal_stops_with_its_reason() -> None:
    services = Services()
    services.fail_first = [httpx.Response(422, json={"detail": "chain: is no production chain"})]
    with pytest.raises(DemoStoppedError, match=r"422.*is no production chain"):
        await play(services)
