"""The life of each trigger, and how two accounts of it differ."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from contracts.event import Event
from contracts.export_metrics import (
    RiskTriggerConstituted,
    RiskTriggerSuperseded,
    RiskTriggerWithdrawn,
)


class Matter(NamedTuple):
    """What a trigger is about, whichever version of the rule it was constituted by."""

    rule: str
    subject_kind: str
    subject: str
    episode: int


@dataclass(frozen=True, slots=True)
class Episode:
    """`exposed` is in MAD centimes. `ended` is how and why, empty while the trigger stands."""

    constituted_on: date
    exposed: int
    rule_version: int
    ended_on: date | None = None
    ended: str = ""


Episodes = Mapping[Matter, Episode]


def episodes_of(said: Iterable[Event]) -> dict[Matter, Episode]:
    """All triggers that were ever constituted, in the order in which they were said."""
    found: dict[Matter, Episode] = {}
    for event in said:
        match event:
            case RiskTriggerConstituted():
                found[_matter(event)] = Episode(
                    event.knowledge_day, event.exposed_mad_centimes, event.rule_version
                )
            case RiskTriggerWithdrawn() | RiskTriggerSuperseded():
                how = "withdrawn" if isinstance(event, RiskTriggerWithdrawn) else "superseded"
                found[_matter(event)] = replace(
                    found[_matter(event)],
                    ended_on=event.knowledge_day,
                    ended=f"{how}: {event.reason}",
                )
            case _:
                raise TypeError(f"{type(event).__name__} is said of no trigger")
    return found


def _matter(
    event: RiskTriggerConstituted | RiskTriggerWithdrawn | RiskTriggerSuperseded,
) -> Matter:
    return Matter(event.rule, event.subject_kind, event.subject, event.episode)


class Change(StrEnum):
    """How a trigger differs, the weightiest first."""

    ONLY_A = "only in A"
    ONLY_B = "only in B"
    EXPOSURE = "other exposure"
    DAY = "other day"
    END = "other end"
    VERSION = "other version"
    NONE = "the same"


class Pair(NamedTuple):
    """A trigger by both accounts; None by which there is none."""

    matter: Matter
    a: Episode | None
    b: Episode | None

    @property
    def change(self) -> Change:
        match self.a, self.b:
            case Episode() as a, Episode() as b:
                return _between(a, b)
            case None, _:
                return Change.ONLY_B
            case _:
                return Change.ONLY_A


def _between(a: Episode, b: Episode) -> Change:
    if a.exposed != b.exposed:
        return Change.EXPOSURE
    if a.constituted_on != b.constituted_on:
        return Change.DAY
    if (a.ended_on, a.ended) != (b.ended_on, b.ended):
        return Change.END
    return Change.NONE if a == b else Change.VERSION


def paired(a: Episodes, b: Episodes) -> list[Pair]:
    """All triggers of either, by what they are about."""
    return [Pair(matter, a.get(matter), b.get(matter)) for matter in sorted(a.keys() | b.keys())]
