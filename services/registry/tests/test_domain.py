"""The registry's rules, as given / when / then."""

from datetime import date, timedelta
from typing import Any

import pytest

from chassis.testkit import TODAY, given
from contracts.dates import EARLIEST
from contracts.registry import ProducerCorrected, ProducerMoved, ProducerRegistered
from contracts.values import ProducerKind, WomenLed
from services.registry.app import DECIDER
from services.registry.domain import CorrectProducer, MoveProducer, RegisterProducer

REGISTERED: dict[str, Any] = {
    "registered_on": date(2025, 3, 8),
    "kind": ProducerKind.COOPERATIVE,
    "region": "MA-08",
    "women_led": WomenLed.YES,
    "chain": "carpets-weaving",
}
CORRECTION: dict[str, Any] = {
    "corrected_on": date(2025, 6, 10),
    "kind": ProducerKind.ENTERPRISE,
    "region": "MA-08",
    "women_led": WomenLed.YES,
    "chain": "carpets-weaving",
    "reason": "wrong-form",
}
MOVED_ON = date(2025, 5, 1)


class TestRegistering:
    def test_enters_the_registry(self) -> None:
        given(DECIDER).when(RegisterProducer(**REGISTERED)).then(ProducerRegistered(**REGISTERED))

    def test_what_is_not_known_is_said_to_be_unknown(self) -> None:
        command = RegisterProducer(registered_on=TODAY, kind=ProducerKind.UNKNOWN, region="unknown")
        given(DECIDER).when(command).then(
            ProducerRegistered(
                registered_on=TODAY,
                kind=ProducerKind.UNKNOWN,
                region="unknown",
                women_led=WomenLed.UNKNOWN,
                chain="unknown",
            )
        )

    @pytest.mark.parametrize("day", [TODAY + timedelta(days=1), EARLIEST - timedelta(days=1)])
    def test_a_day_that_cannot_have_been_is_refused(self, day: date) -> None:
        command = RegisterProducer(**REGISTERED | {"registered_on": day})
        given(DECIDER).when(command).then_refused("date_out_of_range")

    @pytest.mark.parametrize("day", [TODAY, EARLIEST])
    def test_the_first_and_the_last_day_are_accepted(self, day: date) -> None:
        fields = REGISTERED | {"registered_on": day}
        given(DECIDER).when(RegisterProducer(**fields)).then(ProducerRegistered(**fields))

    def test_an_unknown_chain_is_refused(self) -> None:
        command = RegisterProducer(**REGISTERED | {"chain": "carpets"})
        given(DECIDER).when(command).then_refused("chain_unknown")


class TestMoving:
    def test_moves(self) -> None:
        registered = given(DECIDER, ProducerRegistered(**REGISTERED))
        registered.when(MoveProducer(moved_on=MOVED_ON, region="MA-07")).then(
            ProducerMoved(moved_on=MOVED_ON, region="MA-07")
        )

    def test_to_where_it_is_has_no_effect(self) -> None:
        moved = given(
            DECIDER,
            ProducerRegistered(**REGISTERED),
            ProducerMoved(moved_on=MOVED_ON, region="MA-07"),
        )
        moved.when(MoveProducer(moved_on=TODAY, region="MA-07")).then()

    def test_tomorrow_is_refused(self) -> None:
        registered = given(DECIDER, ProducerRegistered(**REGISTERED))
        registered.when(
            MoveProducer(moved_on=TODAY + timedelta(days=1), region="MA-07")
        ).then_refused("date_out_of_range")

    def test_what_was_never_registered_is_not_found(self) -> None:
        given(DECIDER).when(MoveProducer(moved_on=TODAY, region="MA-07")).then_refused("not_found")


class TestCorrecting:
    def test_says_only_what_was_wrong(self) -> None:
        registered = given(DECIDER, ProducerRegistered(**REGISTERED))
        said = ProducerCorrected(
            corrected_on=CORRECTION["corrected_on"],
            kind=CORRECTION["kind"],
            reason=CORRECTION["reason"],
        )

        registered.when(CorrectProducer(**CORRECTION)).then(said)

    def test_to_what_is_held_has_no_effect(self) -> None:
        corrected = given(
            DECIDER, ProducerRegistered(**REGISTERED), ProducerCorrected(**CORRECTION)
        )
        corrected.when(CorrectProducer(**CORRECTION | {"reason": "again"})).then()

    def test_keeps_the_day_of_registration(self) -> None:
        events = ProducerRegistered(**REGISTERED), ProducerCorrected(**CORRECTION)
        producer = DECIDER.fold(None, events)
        assert producer is not None
        assert producer.registered_on == REGISTERED["registered_on"]
        assert producer.kind is ProducerKind.ENTERPRISE

    def test_an_unknown_chain_is_refused(self) -> None:
        registered = given(DECIDER, ProducerRegistered(**REGISTERED))
        registered.when(CorrectProducer(**CORRECTION | {"chain": "rugs"})).then_refused(
            "chain_unknown"
        )
