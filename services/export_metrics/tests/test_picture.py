"""What the national picture answers."""

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.codec import to_kafka
from contracts.envelope import Envelope, source_of
from contracts.export_metrics import (
    Evidence,
    RiskTriggerConstituted,
    RiskTriggerSuperseded,
    RiskTriggerWithdrawn,
)
from services.export_metrics.picture.published import of_contract, published
from services.export_metrics.picture.triggers import Ended, RiskTriggers
from services.export_metrics.tests.events import TIME, FakeRecord, uuid_of
from services.export_metrics.tests.picture import DAY, ask, contribution, picture


def test_a_contribution_replaces_the_one_of_its_key_and_adds_to_the_others() -> None:
    figures = picture(contribution(100), contribution(250))
    figures.apply(1, [contribution(1)])
    figures.apply(0, [contribution(30, day=date(2026, 3, 3))])

    assert ask(figures, "partner").rows == [
        {
            "partner": "FR",
            "fob_value_mad": "2.81",
            "net_mass_kg": "2.810",
            "quantity": None,
            "shipments": 3,
        }
    ]


def test_groups_come_in_order_and_without_those_that_came_to_nothing() -> None:
    figures = picture(
        contribution(5, partner="US"),
        contribution(7, partner="ES"),
        contribution(9, partner="DE"),
        contribution(-9, partner="DE", day=date(2026, 3, 3)),
    )

    answer = ask(figures, "partner,month")

    assert [row["partner"] for row in answer.rows] == ["ES", "US"]
    assert answer.total.fob_value_mad == "0.12"


def test_quantities_of_different_units_do_not_add_up() -> None:
    figures = picture(
        contribution(1, quantity=1_500, partner="FR"),
        contribution(2, quantity=500, partner="FR", region="MA-11"),
        contribution(3, quantity=500, partner="US"),
        contribution(4, quantity=500, partner="US", unit="kg"),
        contribution(5, quantity=500, partner="ES"),
        contribution(6, partner="ES"),
    )

    answer = ask(figures, "partner")

    assert {row["partner"]: row["quantity"] for row in answer.rows} == {
        "FR": "2.000",
        "US": None,
        "ES": None,
    }
    assert answer.total.quantity is None
    assert ask(figures, "unit", unit="kg").total.quantity == "0.500"


def test_a_unit_that_was_corrected_away_does_not_mix() -> None:
    figures = picture(
        contribution(5, quantity=500, unit="kg"),
        contribution(-5, quantity=-500, unit="kg", day=date(2026, 3, 3)),
        contribution(5, quantity=700, day=date(2026, 3, 3)),
    )

    assert ask(figures, "partner").total.quantity == "0.700"


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["FR", "US"]),
            st.sampled_from(["2026-01", "2026-02"]),
            st.integers(-500, 500),
            st.sampled_from([DAY, date(2026, 3, 3)]),
        ),
        max_size=8,
        unique_by=lambda row: (row[0], row[1], row[3]),
    )
)
def test_rows_add_up_to_the_total_whatever_the_dimensions(
    rows: list[tuple[str, str, int, date]],
) -> None:
    figures = picture(*(contribution(f, partner=p, month=m, day=d) for p, m, f, d in rows))

    for by in ("partner", "month", "partner,month", "region,unit"):
        answer = figures.ask(by.split(","), {})
        assert sum(sums.fob for _, sums in answer.groups) == answer.total.fob
        assert answer.total.fob == sum(fob for _, _, fob, _ in rows)


def test_contributions_are_read_back_as_the_contract_reads_them() -> None:
    event = contribution(5, quantity=7)
    of = Envelope(
        id=uuid_of("x"),
        source=source_of("export-metrics"),
        type=event.event_type(),
        time=TIME,
        subject=event.record_key(),
        dataschema=event.dataschema(),
        data=event.encode(),
        partitionkey=event.record_key(),
    )
    key, value, headers = to_kafka(of)

    assert published(FakeRecord(0, key, value, tuple(headers))) == of_contract(event)
    assert published(FakeRecord(0, key, b"{}", tuple(headers))) is None
    assert published(FakeRecord(0, b"other", value, tuple(headers))) is None
    assert published(FakeRecord(0, key, value, ())) is None


def triggers() -> RiskTriggers:
    """One that was withdrawn, one that stands, one that was superseded."""
    evidence = (Evidence(event_id=uuid_of("e"), event_type="lost", subject="s"),)
    common: dict[str, Any] = {
        "rule": "loss", "rule_version": 1, "subject_kind": "shipment", "subject": "s",
        "evidence": evidence, "knowledge_day": DAY,
    }  # fmt: skip
    one, two, three = uuid_of(1), uuid_of(2), uuid_of(3)
    held = RiskTriggers()
    told: list[RiskTriggerConstituted | Ended] = [
        RiskTriggerConstituted(trigger_id=one, episode=1, exposed_mad_centimes=1_234, **common),
        RiskTriggerWithdrawn(trigger_id=one, episode=1, reason="found", **common),
        RiskTriggerConstituted(trigger_id=two, episode=2, exposed_mad_centimes=5, **common),
        RiskTriggerConstituted(trigger_id=three, episode=3, exposed_mad_centimes=6, **common),
        RiskTriggerSuperseded(trigger_id=three, episode=3, reason="recovered", **common),
    ]
    held.apply(0, told)
    held.apply(0, told)
    return held


def test_triggers_have_their_present_state() -> None:
    (is_open,) = triggers().select("open")
    (withdrawn,) = triggers().select("withdrawn")
    (superseded,) = triggers().select("superseded")

    assert (is_open.trigger_id, is_open.exposed_mad) == (uuid_of(2), "0.05")
    assert (withdrawn.exposed_mad, withdrawn.reason) == ("12.34", "found")
    assert (withdrawn.withdrawn_on, withdrawn.superseded_on) == (DAY, None)
    assert (superseded.superseded_on, superseded.reason) == (DAY, "recovered")
    assert len(triggers().select("all")) == 3
