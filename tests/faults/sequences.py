"""Sequences of records for Hypothesis: what owners write, and what can go wrong with it on the way.

Copies, events out of order, events that are lost, two events with one ordinal, data that cannot be
read, days closed by one topic long before another; corrections; releases, of what is held and not.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from contracts.event import Event, Redriven, Skipped
from contracts.orders import OrderCancelled
from contracts.topic import Topic
from contracts.topics import EXPORTS_SHIPMENTS, INSURANCE_RULES, ORDERS_ORDERS
from tests.faults.adapter import Log, events, sources
from tests.faults.sequence_oracle import Act, Released, Spoilt, Told

BY_NAME: dict[str, Topic] = {
    topic.name: topic for topic in (EXPORTS_SHIPMENTS, INSURANCE_RULES, ORDERS_ORDERS)
}
TOPICS = [*BY_NAME]
EXPORTS, RULES, ORDERS = TOPICS
ORDER_IDS = [events.uuid_of(name) for name in ("order-a", "order-b")]
SUBJECTS = {
    EXPORTS: [events.uuid_of(name) for name in ("shipment-a", "shipment-b", "shipment-c")],
    RULES: [sources.RULE_ID],
    ORDERS: ORDER_IDS,
}
LAST_DAY = 40
RELEASES = ("redriven", "skipped")
CALM = ("next",) * 12 + ("close",) * 6 + ("copy", "early", "redriven")
WILD = ("next", "copy", "early", "conflict", "spoilt", "garbage", "marker again", *RELEASES)
ACTS = (CALM, CALM + WILD, CALM + WILD * 3)
"""What happens, and how often: seldom anything, now and then, or all the time."""
STEPS = st.lists(st.tuples(st.sampled_from(TOPICS), st.integers(1, 9)), max_size=20)
"""Batches: a topic, and how many of its records."""
COUNTRIES = st.sampled_from(["FR", "US"])


class Play:
    """The `logs` as the fold reads them; `acts` are what stands in them, as the oracle is told.

    `written` may be copied, and `held` are those that a release may be about; `said` is the last
    ordinal of each subject; `closed` are the days of the markers.
    """

    def __init__(self) -> None:
        logs = {name: Log(topic=topic) for name, topic in BY_NAME.items()}
        self.logs = {name: log.opened(sources.day(0)) for name, log in logs.items()}
        self.acts: dict[str, list[Act]] = {topic: [sources.day(0)] for topic in TOPICS}
        self.days = dict.fromkeys(TOPICS, 0)
        self.closed: dict[str, list[int]] = {topic: [0] for topic in TOPICS}
        self.written: dict[str, list[Told]] = {topic: [] for topic in TOPICS}
        self.held: dict[str, list[Told]] = {topic: [] for topic in TOPICS}
        self.said: dict[str, int] = {}

    def __repr__(self) -> str:
        """What a counter-example is read by."""
        lines = (f"{topic}: {'; '.join(map(_brief, acts))}" for topic, acts in self.acts.items())
        return "\n".join(lines)

    def records(self) -> int:
        return sum(len(log.records) for log in self.logs.values())

    def close(self, topic: str, number: int) -> None:
        before, self.days[topic] = self.days[topic], number
        self.logs[topic].close(sources.day(number), sources.day(before))
        self.acts[topic].append(sources.day(number))
        self.closed[topic].append(number)

    def marker_again(self, topic: str, number: int) -> None:
        """A copy of a marker."""
        through = sources.day(number)
        self.logs[topic].close(through, None)
        self.acts[topic].append(through)

    def tell(self, topic: str, key: str, subject: str, ordinal: int, event: Event) -> Told:
        self.logs[topic].append(subject, ordinal, event, key=key)
        id_ = events.envelope(event, subject, ordinal, BY_NAME[topic]).id
        told = Told(key, subject, ordinal, id_, event)
        self.acts[topic].append(told)
        self.written[topic].append(told)
        return told

    def spoil(self, topic: str, told: Told) -> None:
        """What was told last cannot be read."""
        records = self.logs[topic].records
        records[-1] = replace(records[-1], value=b"{")
        self.acts[topic][-1] = Spoilt(told)
        self.held[topic].append(told)

    def garbage(self, topic: str, told: Told) -> None:
        """Not even the place of what was told last can be read."""
        records = self.logs[topic].records
        headers = tuple(h for h in records[-1].headers if h[0] not in ("ce_id", "ce_sequence"))
        records[-1] = replace(records[-1], headers=headers)
        self.acts[topic].pop()
        self.held[topic].append(told)

    def release(self, topic: str, told: Told, how: str) -> None:
        place = {"aggregate": told.subject, "ordinal": told.ordinal, "event_id": told.id}
        why = {"decided_on": sources.day(1), "reason": "tried"}
        said: Event = Skipped.model_validate(place | why)
        if how == "redriven" and told.event is not None:
            body = {"type": told.event.event_type(), "body": told.event.encode().decode()}
            said = Redriven.model_validate(place | why | body)
        else:
            told = told._replace(event=None)
        self.logs[topic].append(told.subject, None, said, key=told.key)
        self.acts[topic].append(Released(told))


def goods(draw: st.DrawFn) -> Any:
    return events.goods(
        draw(st.integers(1, 99)),
        partner=draw(COUNTRIES),
        month=draw(st.sampled_from(["2026-02", "2026-03"])),
        quantity=draw(st.sampled_from([None, "1.25", "3"])),
    )


def of_shipment(draw: st.DrawFn, ordinal: int, _: int) -> Event:
    if ordinal == 1:
        return events.exported(goods(draw), by=draw(st.sampled_from(["producer", "other"])))
    kind = draw(st.integers(0, 7))
    if kind < 3:
        return events.amended(goods(draw))
    return (
        events.lost(),
        events.delivered(),
        events.damaged("7.5"),
        events.restamped("MA-11"),
        events.cancelled(),
    )[kind - 3]


def of_rule(draw: st.DrawFn, ordinal: int, day: int) -> Event:
    waiting, least = draw(st.sampled_from([0, 2, 10])), draw(st.sampled_from([0, 0, 50_000]))
    effective = day + draw(st.sampled_from([0, 0, 5]))
    return sources.terms(waiting, version=ordinal, effective=max(effective, 1), least=least)


def of_order(draw: st.DrawFn, ordinal: int, day: int) -> Event:
    happened = max(1, day - draw(st.integers(0, 9)))
    if ordinal == 1:
        return sources.placed(draw(st.sampled_from(["ann", "bob"])), draw(COUNTRIES))
    if ordinal == 2 or draw(st.integers(0, 9)) == 0:
        return sources.invoice(happened + draw(st.integers(0, 9)), number=invoice_number(ordinal))
    kind = draw(st.integers(0, 7))
    if kind == 7:
        return OrderCancelled(cancelled_on=sources.day(happened), reason="agreed")
    return (
        sources.paid(happened, "30"),
        sources.paid(happened, "30"),
        sources.paid(happened),
        sources.extended(happened, happened + 7),
        sources.disputed(happened),
        sources.settled(happened),
        sources.settled(happened, "20"),
    )[kind]


def invoice_number(ordinal: int) -> str:
    """Payments and the like are all about the first one."""
    return "INV-2" if ordinal % 2 else sources.INVOICE


SAYS = {EXPORTS: of_shipment, RULES: of_rule, ORDERS: of_order}


@st.composite
def plays(draw: st.DrawFn) -> Play:
    play = Play()
    keys = {
        subject: draw(st.sampled_from([subject, subject, ORDER_IDS[0]]))
        for subject in SUBJECTS[EXPORTS]
    }
    topics = (EXPORTS, EXPORTS, ORDERS, ORDERS, ORDERS, RULES)
    acts = st.sampled_from(draw(st.sampled_from(ACTS)))
    steps = st.lists(st.tuples(st.sampled_from(topics), acts), min_size=20, max_size=80)
    for topic, act in [(RULES, "next"), *draw(steps)]:
        _step(draw, play, topic, act, keys)
    last = max(LAST_DAY, *play.days.values())
    for topic in TOPICS:
        if play.days[topic] < last:
            play.close(topic, last)
    return play


def _step(draw: st.DrawFn, play: Play, topic: str, act: str, keys: dict[str, str]) -> None:
    if act == "close":
        if play.days[topic] < LAST_DAY:
            play.close(topic, play.days[topic] + draw(st.integers(1, 6)))
    elif act == "marker again":
        play.marker_again(topic, draw(st.sampled_from(play.closed[topic])))
    elif act in RELEASES:
        known = play.held[topic] or play.written[topic]
        if known:
            play.release(topic, draw(st.sampled_from(known)), act)
    elif act == "copy" and play.written[topic]:
        told = draw(st.sampled_from(play.written[topic]))
        assert told.event is not None
        play.tell(topic, told.key, told.subject, told.ordinal, told.event)
    else:
        _write(draw, play, topic, act, keys)


def _write(draw: st.DrawFn, play: Play, topic: str, act: str, keys: dict[str, str]) -> None:
    """A new event: in its turn, ahead of it, or with the ordinal of another."""
    subject = draw(st.sampled_from(SUBJECTS[topic]))
    key, last = keys.get(subject, subject), play.said.get(subject, 0)
    ordinal = last + 1
    if act == "early":
        missing = _new(draw, play, topic, key, subject, ordinal)
        ordinal += 1
        play.held[topic].append(missing)  # it may be told later, or be said to count nothing
    elif act == "conflict":
        ordinal = draw(st.integers(1, max(last, 1)))
    play.said[subject] = max(last, ordinal)
    event = SAYS[topic](draw, ordinal, play.days[topic] + 1)
    told = play.tell(topic, key, subject, ordinal, event)
    if act == "conflict":
        play.held[topic].append(told)
    elif act == "spoilt":
        play.spoil(topic, told)
    elif act == "garbage":
        play.garbage(topic, told)


def _new(draw: st.DrawFn, play: Play, topic: str, key: str, subject: str, ordinal: int) -> Told:
    """An event that is not written now; a copy of it may come at any time."""
    event = SAYS[topic](draw, ordinal, play.days[topic] + 1)
    id_ = events.envelope(event, subject, ordinal, BY_NAME[topic]).id
    told = Told(key, subject, ordinal, id_, event)
    play.written[topic].append(told)
    return told


def _brief(act: Act) -> str:
    match act:
        case Told(key, subject, ordinal, id_, event):
            return f"{key[:4]} {subject[:4]}.{ordinal} {id_[:4]} {type(event).__name__}"
        case Spoilt(told) | Released(told):
            return f"{type(act).__name__} {_brief(told)}"
        case date():
            return f"close {act}"
