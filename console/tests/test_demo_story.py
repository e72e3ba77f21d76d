"""The story of one default, and who is told of it."""

import json
from datetime import date

import httpx
import pytest

from console.demo import story
from console.demo.clocks import Clocks
from console.demo.dated import DatedCommand, Scenario
from console.demo.errors import DemoStoppedError
from console.demo.platform import Trigger
from console.demo.sender import Sender
from console.demo.subscribers import Subscribers
from console.demo.unpaid import PROTRACTED_DEFAULT, Default
from services.orders.commands import CancelOrder, RateOrder

DAY, LATER, LAST = date(2024, 1, 1), date(2024, 7, 1), date(2024, 8, 1)
ORDER = "f1a50793-770b-5234-862f-c11a3a6c5932"
DEFAULT = Default("mine/1", 1, LATER, 5)
URLS = {"orders": "http://orders", "notifications": "http://notifications"}


def trigger(subject: str) -> Trigger:
    return Trigger(
        f"trigger-of-{subject}",
        PROTRACTED_DEFAULT,
        "withdrawn",
        subject,
        1,
        123_456_00,
        LATER,
        LAST,
        "paid-in-time",
        (),
    )


async def test_the_story_has_the_events_of_one_order_and_its_triggers_by_day() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        event = {"id": f"event-of-{request.url.path}", "type": "ma.zarbia.orders.Said.v1"}
        return httpx.Response(200, json={"events": [event]})

    commands = [
        DatedCommand(LAST, "mine", "2", CancelOrder(cancelled_on=LAST, reason="x")),
        DatedCommand(DAY, "mine", "1", RateOrder(rated_on=DAY, stars=1)),
        DatedCommand(DAY, "other", "3", RateOrder(rated_on=DAY, stars=1)),
    ]
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        sender = Sender(http, URLS, "run", lambda _: None)
        triggers = [trigger("mine/1"), trigger("other/1")]
        told = await story.steps(DEFAULT, commands, triggers, sender)
    assert [(step.day, step.id) for step in told] == [
        (DAY, "event-of-/v1/orders/mine/ratings"),
        (LATER, "trigger-of-mine/1"),
        (LAST, "event-of-/v1/orders/mine/cancel"),
        (LAST, "trigger-of-mine/1"),
    ]
    assert told[1].what == "risk trigger constituted: 123,456 MAD unpaid for 180 days"
    assert told[3].what == "risk trigger withdrawn: paid in time"


class Notifications:
    """Notes the contacts; each was sent one mail, and one of them waits for another."""

    def __init__(self, status: int = 200) -> None:
        self._status = status
        self.said: list[tuple[str, dict[str, str]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json=[{"status": "sent"}, {"status": "requested"}])
        self.said.append((request.method, json.loads(request.content)))
        return httpx.Response(self._status, json={})


async def test_one_contact_for_each_language_is_told_of_one_order() -> None:
    service = Notifications()
    async with httpx.AsyncClient(transport=httpx.MockTransport(service)) as http:
        subscribers = Subscribers(http, URLS, Scenario())
        await subscribers.subscribe(ORDER)
        assert await subscribers.sent(3) == 3
    contacts = [body for method, body in service.said if method == "PUT"]
    subscriptions = [body for method, body in service.said if method == "POST"]
    assert sorted(contact["language"] for contact in contacts) == ["ar", "en", "fr"]
    assert all(contact["address"].endswith(".example") for contact in contacts)
    assert subscriptions == [{"about": "risk-trigger", "scope": ORDER}] * 3


async def test_a_refused_contact_stops_the_demonstration() -> None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(Notifications(422))) as http:
        with pytest.raises(DemoStoppedError, match="422"):
            await Subscribers(http, URLS, Scenario()).subscribe(ORDER)


async def test_every_service_but_the_one_without_a_clock_is_driven() -> None:
    driven: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        driven.append(request.url.host)
        return httpx.Response(200, json={"now": json.loads(request.content)["now"]})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        await Clocks(http, URLS | {"export_metrics": "http://metrics"}).drive_to(LATER)
    assert sorted(driven) == ["notifications", "orders"]
