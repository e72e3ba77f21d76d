"""The fold of this service: shipments into figures and triggers, invoices into triggers."""

from datetime import date

from chassis.folding.changes import Fact, Passed
from chassis.folding.fold import Announcement, Cells, Change, Fold, Packed
from contracts.event import Event
from contracts.export_metrics import (
    RiskTriggerConstituted,
    RiskTriggerSuperseded,
    RiskTriggerWithdrawn,
)
from contracts.topics import RISK_TRIGGERS
from services.export_metrics.domain.default import DEFINITION_VERSION
from services.export_metrics.domain.default import RULE as PROTRACTED_DEFAULT
from services.export_metrics.domain.events import RULE_EVENTS
from services.export_metrics.domain.exporters import EXPORTER_MONTHS
from services.export_metrics.domain.exposure import OPEN_RECEIVABLES
from services.export_metrics.domain.figures import DEFINITION, Movement
from services.export_metrics.domain.risk import NEVER, RULE_VERSIONS, Standing
from services.export_metrics.domain.shipment import UNKNOWN, Shipment, evolve
from services.export_metrics.outputs import ExportFigures
from services.export_metrics.reading.data import READINGS
from services.export_metrics.rules import OrderRules
from services.export_metrics.settings import INPUTS, SERVICE

FINGERPRINT = " ".join(
    [
        DEFINITION,
        *(f"{rule}/{v}" for rule, v in RULE_VERSIONS.items()),
        f"{PROTRACTED_DEFAULT}/{DEFINITION_VERSION}",
        EXPORTER_MONTHS,
        OPEN_RECEIVABLES,
    ]
)
"""Names what this fold does. Whoever changes what it computes changes this; a test of its outputs
(`tests/faults/test_golden.py`) sees who forgets it."""

CONSTITUTED, ENDED = 1, 2
"""Ordinals in the life of a trigger."""
RULES_CORRECTED = "rules-corrected"
_NOT_BOOKED = (None,) * 5
_FOR_BARRIER = frozenset((Passed, *RULE_EVENTS))


def _evolve(shipment: Shipment, fact: Fact, day: date) -> Change:
    """Events for the barrier only take their place."""
    if type(fact.event) in _FOR_BARRIER:
        return shipment, (), ()
    return evolve(shipment, fact.event, fact, day)


def _pack(shipment: Shipment, cells: Cells) -> Packed:
    """What is booked and for whom, then how the risks stand, if they ever did."""
    booked, exporter, loss, damage = shipment
    packed: Packed = _NOT_BOOKED
    if booked is not None:
        packed = (cells.number_of(booked[0]), *booked[1:4], cells.number_of(exporter))
    return packed if loss is NEVER and damage is NEVER else (*packed, *loss, *damage)


def _unpack(packed: Packed, cells: Cells) -> Shipment:
    number, fob, grams, quantity, exporter_number, *risks = packed
    booked = exporter = None
    if number is not None:
        booked = Movement(cells.cell_of(number), fob, grams, quantity, 1)
        exporter = cells.cell_of(exporter_number)
    loss, damage = (Standing(*risks[:2]), Standing(*risks[2:])) if risks else (NEVER, NEVER)
    return Shipment(
        booked, exporter, NEVER if loss == NEVER else loss, NEVER if damage == NEVER else damage
    )


def _announce(event: Event) -> Announcement:
    if not isinstance(event, RiskTriggerConstituted | RiskTriggerWithdrawn | RiskTriggerSuperseded):
        raise TypeError(f"{type(event).__name__} is no decision of this fold")
    ordinal = CONSTITUTED if isinstance(event, RiskTriggerConstituted) else ENDED
    cause = event.evidence[0].event_id
    return Announcement(RISK_TRIGGERS, event.trigger_id, ordinal, event.subject, cause)


def _retract(event: Event, day: date) -> Event:
    """A trigger that a corrected fold would not have constituted never should have stood."""
    if not isinstance(event, RiskTriggerConstituted):
        raise TypeError(f"{type(event).__name__} constitutes nothing")
    stated = event.model_dump(exclude={"exposed_mad_centimes", "knowledge_day"})
    return RiskTriggerWithdrawn(**stated, knowledge_day=day, reason=RULES_CORRECTED)


EXPORT_STATISTICS = Fold(
    name=SERVICE,
    fingerprint=FINGERPRINT,
    inputs=INPUTS,
    readings=READINGS,
    initial=UNKNOWN,
    evolve=_evolve,
    pack=_pack,
    unpack=_unpack,
    figures=ExportFigures(),
    rules=OrderRules(),
    announce=_announce,
    decisions_topic=RISK_TRIGGERS,
    retract=_retract,
    decisions=(RiskTriggerConstituted, RiskTriggerWithdrawn, RiskTriggerSuperseded),
)
