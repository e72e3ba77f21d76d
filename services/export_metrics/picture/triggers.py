"""The present state of every risk trigger."""

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel

from contracts.export_metrics import (
    Evidence,
    RiskTriggerConstituted,
    RiskTriggerSuperseded,
    RiskTriggerWithdrawn,
)

Ended = RiskTriggerWithdrawn | RiskTriggerSuperseded


class TriggerState(StrEnum):
    OPEN = "open"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class Trigger(BaseModel):
    """A trigger as it stands. Days are knowledge days; the exposure is in MAD."""

    trigger_id: str
    state: TriggerState
    rule: str
    rule_version: int
    subject_kind: str
    subject: str
    episode: int
    exposed_mad: str
    constituted_on: date
    withdrawn_on: date | None = None
    superseded_on: date | None = None
    reason: str | None = None
    evidence: tuple[Evidence, ...]


Which = Literal["open", "withdrawn", "superseded", "all"]


class RiskTriggers:
    """All triggers, `apply` after `apply`. Being told again from the beginning changes nothing."""

    def __init__(self) -> None:
        self._triggers: dict[str, Trigger] = {}

    def apply(self, _partition: int, events: Sequence[RiskTriggerConstituted | Ended]) -> None:
        for event in events:
            match event:
                case RiskTriggerConstituted():
                    self._triggers.setdefault(event.trigger_id, _opened(event))
                case RiskTriggerWithdrawn():
                    self._end(event, TriggerState.WITHDRAWN)
                case RiskTriggerSuperseded():
                    self._end(event, TriggerState.SUPERSEDED)

    def select(self, which: Which) -> list[Trigger]:
        """The latest constituted first; those of one day by their id."""
        found = sorted(self._selected(which), key=lambda trigger: trigger.trigger_id)
        return sorted(found, key=lambda trigger: trigger.constituted_on, reverse=True)

    def _selected(self, which: Which) -> Iterator[Trigger]:
        return (t for t in self._triggers.values() if which in ("all", t.state))

    def _end(self, event: Ended, state: TriggerState) -> None:
        if trigger := self._triggers.get(event.trigger_id):
            self._triggers[event.trigger_id] = trigger.model_copy(
                update={
                    "state": state,
                    f"{state}_on": event.knowledge_day,
                    "reason": event.reason,
                    "evidence": event.evidence,
                }
            )


def _opened(event: RiskTriggerConstituted) -> Trigger:
    whole, centimes = divmod(event.exposed_mad_centimes, 100)
    return Trigger(
        trigger_id=event.trigger_id,
        state=TriggerState.OPEN,
        rule=event.rule,
        rule_version=event.rule_version,
        subject_kind=event.subject_kind,
        subject=event.subject,
        episode=event.episode,
        exposed_mad=f"{whole}.{centimes:02d}",
        constituted_on=event.knowledge_day,
        evidence=event.evidence,
    )
