"""Risk rules that rest on the events of one shipment alone, and are decided at once.

Both say how much of a shipment is lost, in hundredths of a percent; a trigger stands while that is
more than nothing. Sources: the programme's table of risk triggers, rows `loss` (carrier notice;
cargo 100 %; withdrawn when found) and `damage` (survey above a deductible of 5 %; 100 % x loss;
withdrawn when the survey is reversed).

- The exposure is the FOB value booked when the trigger was constituted. A later amendment leaves an
  open trigger as it is: it says what was known on the strength of its evidence.
- A shipment without a booked declaration exposes nothing, so it constitutes nothing.
- A survey of another percentage ends the episode and begins a new one.
"""

from datetime import date
from typing import NamedTuple
from uuid import NAMESPACE_URL, uuid5

from contracts.envelope import SOURCE_PREFIX
from contracts.export_metrics import (
    Evidence,
    RiskTriggerConstituted,
    RiskTriggerSuperseded,
    RiskTriggerWithdrawn,
)
from services.export_metrics.domain.events import Fact
from services.export_metrics.domain.figures import HUNDRED_PERCENT, part_of

LOSS = "loss"
DAMAGE = "damage"
RULE_VERSIONS = {LOSS: 1, DAMAGE: 1}
SUBJECT_KIND = "shipment"
DEDUCTIBLE_HUNDREDTHS = 500
ALL_IS_LOST = HUNDRED_PERCENT
NOTHING_IS_LOST = 0
TRIGGER_IDS = uuid5(NAMESPACE_URL, f"{SOURCE_PREFIX}risk-triggers")

TriggerEvent = RiskTriggerConstituted | RiskTriggerWithdrawn | RiskTriggerSuperseded


class Standing(NamedTuple):
    """How a rule stands with a shipment: episodes so far, and what is lost (open while above 0)."""

    episode: int = 0
    lost_hundredths: int = NOTHING_IS_LOST


NEVER = Standing()


def loss_by_survey(percent_hundredths: int) -> int:
    """The loss that counts: a survey at or below the deductible is one of no loss."""
    return percent_hundredths if percent_hundredths > DEDUCTIBLE_HUNDREDTHS else NOTHING_IS_LOST


def decide(
    rule: str,
    standing: Standing,
    lost_hundredths: int,
    *,
    fob_mad_centimes: int | None,
    fact: Fact,
    day: date,
    reason: str,
) -> tuple[Standing, tuple[TriggerEvent, ...]]:
    """What follows from learning that `lost_hundredths` are lost.

    `fob_mad_centimes` is the value now booked, None without one. `reason` says why a trigger that
    stands is withdrawn.
    """
    if lost_hundredths == standing.lost_hundredths:
        return standing, ()
    said: list[TriggerEvent] = []
    if standing.lost_hundredths:
        said.append(_withdrawn(rule, standing.episode, fact, day, reason))
        standing = Standing(standing.episode)
    if lost_hundredths and fob_mad_centimes is not None:
        standing = Standing(standing.episode + 1, lost_hundredths)
        exposed = part_of(fob_mad_centimes, lost_hundredths)
        said.append(_constituted(rule, standing.episode, fact, day, exposed))
    return standing, tuple(said)


def trigger_id(rule: str, version: int, shipment: str, episode: int) -> str:
    """The same for the same rule, rule version, subject and episode."""
    return str(uuid5(TRIGGER_IDS, f"{rule}|{version}|{shipment}|{episode}"))


def _constituted(
    rule: str, episode: int, fact: Fact, day: date, exposed: int
) -> RiskTriggerConstituted:
    version = RULE_VERSIONS[rule]
    return RiskTriggerConstituted(
        trigger_id=trigger_id(rule, version, fact.subject, episode),
        rule=rule,
        rule_version=version,
        subject_kind=SUBJECT_KIND,
        subject=fact.subject,
        episode=episode,
        knowledge_day=day,
        exposed_mad_centimes=exposed,
        evidence=(_evidence(fact),),
    )


def _withdrawn(rule: str, episode: int, fact: Fact, day: date, reason: str) -> RiskTriggerWithdrawn:
    version = RULE_VERSIONS[rule]
    return RiskTriggerWithdrawn(
        trigger_id=trigger_id(rule, version, fact.subject, episode),
        rule=rule,
        rule_version=version,
        subject_kind=SUBJECT_KIND,
        subject=fact.subject,
        episode=episode,
        knowledge_day=day,
        reason=reason,
        evidence=(_evidence(fact),),
    )


def _evidence(fact: Fact) -> Evidence:
    return Evidence(event_id=fact.id, event_type=fact.type, subject=fact.subject)
