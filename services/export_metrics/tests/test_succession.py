"""What a generation tells when it takes over is what differs in what stands, by ids."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from chassis.folding.ledger.rows import SaidRow
from chassis.folding.ledger.store import Ledger
from chassis.folding.publishing.succession import difference, told_by
from contracts.event import Event
from contracts.export_metrics import Evidence, RiskTriggerConstituted, RiskTriggerWithdrawn
from services.export_metrics.domain.risk import trigger_id
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.tests.events import Log, uuid_of
from services.export_metrics.tests.test_fold_properties import fold_into

SHIPMENT = uuid_of("shipment")
EVIDENCE = Evidence(
    event_id=uuid_of("lost"), event_type="ma.zarbia.exports.ShipmentLost.v1", subject=SHIPMENT
)


def constituted(exposed: int, version: int = 1) -> RiskTriggerConstituted:
    return RiskTriggerConstituted(
        trigger_id=trigger_id("loss", version, SHIPMENT, 1),
        rule="loss",
        rule_version=version,
        subject_kind="shipment",
        subject=SHIPMENT,
        episode=1,
        knowledge_day=date(2026, 3, 1),
        exposed_mad_centimes=exposed,
        evidence=(EVIDENCE,),
    )


def row(event: Event) -> SaidRow:
    return SaidRow("t", 0, None, type(event).__name__, event.encode().decode(), "2026-03-02")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Of a successor that has closed the first of March."""
    with closing(Ledger(EXPORT_STATISTICS, tmp_path, 2, 0)) as opened:
        fold_into(opened, Log().opened(), 0, 1)
        yield opened


def test_what_stands_under_the_same_id_is_not_told_again_whatever_is_said_of_it(
    ledger: Ledger,
) -> None:
    before = told_by(EXPORT_STATISTICS, [constituted(exposed=100)])

    assert difference(ledger, before, [row(constituted(exposed=200))]) == []


def test_a_new_version_of_a_rule_withdraws_the_former_triggers_and_constitutes_its_own(
    ledger: Ledger,
) -> None:
    former, due = constituted(exposed=100), row(constituted(exposed=200, version=2))

    withdrawal, new = difference(ledger, told_by(EXPORT_STATISTICS, [former]), [due])

    withdrawn = RiskTriggerWithdrawn.model_validate_json(withdrawal.event)
    assert withdrawn.trigger_id == former.trigger_id
    assert (withdrawn.reason, withdrawn.knowledge_day) == ("rules-corrected", date(2026, 3, 2))
    assert new == due
