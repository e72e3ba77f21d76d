"""`zarbia quarantine` as a person meets it, with a broker and services that seem to be there."""

import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from chassis.releases import RedriveEvent, SkipEvent
from console.__main__ import app
from console.commands import quarantine
from console.quarantine.errors import QuarantineError
from console.quarantine.record import Quarantined
from console.stack.session import RunningStack
from console.tests.quarantined import EVENT_ID, SUBJECT, FakeRecord, quarantined

STACK = RunningStack(
    data=Path("data"),
    kafka="broker.example:9092",
    mongo="mongodb://store.example",
    clock="system",
    services={"exports": "http://exports", "export_metrics": "http://metrics"},
)
RECORDS = [
    quarantined(),
    quarantined(FakeRecord([("odd", b"\xfe\x1b[31m")], value=b"\x00\xff" * 20), offset=4),
    quarantined(reader="notifications", offset=0),
]
HOLD = {
    "topic": "exports.shipments.v1",
    "partition": 7,
    "key": "k",
    "subject": SUBJECT,
    "ordinal": 4,
    "event_id": EVENT_ID,
    "reason": "field_missing",
    "since": "2025-06-30",
    "waiting": 2,
}
RELEASED = {"id": "an-id", "type": "t", "topic": "exports.shipments.v1", "partitions": [7]}


class Services:
    """What the owner was asked, and what it answers."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.answer: Callable[[], httpx.Response] = lambda: httpx.Response(200, json=RELEASED)
        self.holds = httpx.Response(200, json={"holds": [HOLD]})

    def post(self, url: str, *, content: str, **_: object) -> httpx.Response:
        self.asked.append((url, json.loads(content)))
        return self.answer()

    def get(self, url: str, **_: object) -> httpx.Response:
        assert url == "http://metrics/v1/holds"
        self.holds.request = httpx.Request("GET", url)
        return self.holds


@pytest.fixture(autouse=True)
def services(monkeypatch: pytest.MonkeyPatch) -> Services:
    fakes = Services()

    async def read_all(_kafka: str, readers: Collection[str]) -> list[Quarantined]:
        return [record for record in RECORDS if record.reader in readers]

    async def read_one(_kafka: str, reader: str, offset: int) -> Quarantined:
        found = [r for r in RECORDS if (r.reader, r.offset) == (reader, offset)]
        if not found:
            raise QuarantineError(f"the quarantine of {reader} has no record at offset {offset}")
        return found[0]

    monkeypatch.setattr(quarantine, "find", lambda _: STACK)
    monkeypatch.setattr(quarantine, "read_all", read_all)
    monkeypatch.setattr(quarantine, "read_one", read_one)
    monkeypatch.setattr(httpx, "post", fakes.post)
    monkeypatch.setattr(httpx, "get", fakes.get)
    return fakes


def zarbia(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(app, ["quarantine", *arguments], input=stdin)


class TestList:
    def test_as_json(self) -> None:
        rows = json.loads(zarbia("list", "--format", "json").stdout)

        assert [(r["reader"], r["offset"], r["held"], r["releasable"]) for r in rows] == [
            ("export-metrics", 3, True, True),
            ("export-metrics", 4, False, False),
            ("notifications", 0, False, True),
        ]
        assert rows[0] == {
            "reader": "export-metrics",
            "offset": 3,
            "recorded": "2025-06-30T12:00:00.000+00:00",
            "topic": "exports.shipments.v1",
            "at": "7@1234",
            "key": "f4ca2d66-301d-5063-a8c2-9c56d9182fae",
            "type": "ma.zarbia.exports.ShipmentDelivered.v1",
            "subject": SUBJECT,
            "ordinal": 4,
            "event_id": EVENT_ID,
            "stage": "data",
            "reasons": ["field_missing", "field_string_pattern_mismatch"],
            "message": "delivered_on: Field required; carrier: must be a slug",
            "held": True,
            "releasable": True,
        }

    def test_of_one_reader(self) -> None:
        rows = json.loads(zarbia("list", "--reader", "notifications", "--format", "json").stdout)
        assert [row["reader"] for row in rows] == ["notifications"]

    def test_of_nothing(self) -> None:
        result = zarbia("list", "--reader", "exports")
        assert (result.exit_code, result.stdout) == (0, "nothing is in quarantine\n")

    @pytest.mark.parametrize(
        "answer",
        [
            httpx.Response(404, json={"detail": "Not Found"}),
            httpx.Response(200, json={"other": 1}),
            httpx.Response(200, content=b"<html>"),
        ],
    )
    def test_without_an_answer_about_holds(
        self, services: Services, answer: httpx.Response
    ) -> None:
        services.holds = answer

        result = zarbia("list")

        assert result.exit_code == 0
        assert "?" in result.stdout
        assert "export-metrics does not say what it holds" in result.stderr


class TestShow:
    def test_headers_reasons_and_value(self) -> None:
        out = zarbia("show", "export-metrics", "3").stdout

        for shown in ("7@1234", "delivered_on: Field required", SUBJECT, '"delivered_on": 3'):
            assert shown in out

    def test_an_offset_where_there_is_none(self) -> None:
        result = zarbia("show", "export-metrics", "99")
        assert (result.exit_code, result.stderr) == (
            1,
            "error: the quarantine of export-metrics has no record at offset 99\n",
        )

    def test_an_unknown_reader(self) -> None:
        result = zarbia("show", "exporters", "1")
        assert result.exit_code == 2
        assert "export-metrics" in result.stderr


class TestRedrive:
    def test_the_corrected_data_go_to_the_owner(self, services: Services) -> None:
        result = zarbia(
            "redrive", "export-metrics", "3", "--reason", "was-malformed",
            "--set", "delivered_on=2025-06-29",
        )  # fmt: skip

        assert result.exit_code == 0
        ((url, content),) = services.asked
        assert url == "http://exports/internal/quarantine/redrive"
        assert RedriveEvent.model_validate(content) == RedriveEvent(
            aggregate=SUBJECT,
            ordinal=4,
            event_id=EVENT_ID,
            key="f4ca2d66-301d-5063-a8c2-9c56d9182fae",
            partition=7,
            reason="was-malformed",
            type="ma.zarbia.exports.ShipmentDelivered.v1",
            body={"delivered_on": "2025-06-29"},
        )
        assert f"ShipmentDelivered no. 4 of {SUBJECT} is told again" in result.stdout

    def test_data_and_type_given_anew(self, services: Services, tmp_path: Path) -> None:
        file = tmp_path / "data.json"
        file.write_text('{"lost_on": "2025-06-29"}', encoding="utf-8")
        type_ = "ma.zarbia.exports.ShipmentLost.v1"

        for body, stdin in ((str(file), ""), ("-", file.read_text(encoding="utf-8"))):
            zarbia(
                "redrive", "export-metrics", "3", "--reason", "r",
                "--body", body, "--type", type_, stdin=stdin,
            )  # fmt: skip

        told = [(content["type"], content["body"]) for _, content in services.asked]
        assert told == [(type_, {"lost_on": "2025-06-29"})] * 2

    def test_what_the_owner_refuses_is_shown(self, services: Services) -> None:
        errors = [{"code": "c", "field": "body.delivered_on", "message": "must be a day"}]
        services.answer = lambda: httpx.Response(422, json={"errors": errors})

        result = zarbia("redrive", "export-metrics", "3", "--reason", "r")

        assert result.exit_code == 1
        assert result.stderr.splitlines()[0] == "error: exports refuses:"
        assert "body.delivered_on  must be a day" in result.stderr

    @pytest.mark.parametrize("content", [b"<html>", b"{}"])
    def test_an_owner_that_knows_no_releases(self, services: Services, content: bytes) -> None:
        services.answer = lambda: httpx.Response(404, content=content)

        result = zarbia("skip", "export-metrics", "3", "--reason", "r")

        assert result.exit_code == 1
        assert "exports answers 404" in result.stderr

    def test_an_owner_that_cannot_be_reached(self, services: Services) -> None:
        def refuse() -> httpx.Response:
            raise httpx.ConnectError("refused")

        services.answer = refuse
        result = zarbia("skip", "export-metrics", "3", "--reason", "r")

        assert (result.exit_code, result.stderr) == (
            1,
            "error: exports cannot be reached: refused\n",
        )

    @pytest.mark.parametrize("command", ["redrive", "skip"])
    def test_what_has_no_place_has_nothing_to_release(
        self, services: Services, command: str
    ) -> None:
        result = zarbia(command, "export-metrics", "4", "--reason", "r")

        assert result.exit_code == 1
        assert "there is nothing to release" in result.stderr
        assert services.asked == []


def test_a_skip_goes_to_the_owner(services: Services) -> None:
    result = zarbia("skip", "notifications", "0", "--reason", "no-such-shipment")

    assert result.exit_code == 0
    ((url, content),) = services.asked
    assert url == "http://exports/internal/quarantine/skip"
    assert SkipEvent.model_validate(content).reason == "no-such-shipment"
    assert "is passed over" in result.stdout
