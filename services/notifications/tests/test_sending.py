"""Sending: intent before the conversation, outcome after it, and what becomes of failures."""

import asyncio
from email.message import EmailMessage

import pytest

from services.notifications.commands import About
from services.notifications.contacts import ContactStatus, ended
from services.notifications.domain import Notification, Status
from services.notifications.settings import Patience
from services.notifications.smtp import Accepted, Bounced, Deferred, Outcome
from services.notifications.store import changed
from services.notifications.tests.desk import Desk
from services.notifications.tests.events import CONTACT, ORDER, PAID, read
from services.notifications.tests.fakes import FakeCarrier


@pytest.fixture
def carrier() -> FakeCarrier:
    return FakeCarrier()


@pytest.fixture
async def desk(carrier: FakeCarrier) -> Desk:
    """One paid order is to be told to one contact."""
    desk = Desk(carrier)
    await desk.subscribe(About.ORDER_PAID)
    await desk.telling.on_events([read(PAID, ORDER)])
    return desk


async def only(desk: Desk) -> Notification:
    (notification,) = (await desk.requested()).values()
    return notification


async def pass_time(desk: Desk) -> list[float]:
    """Send until nothing waits; returns how long each rest was."""
    rests = []
    while desk.deliveries.all:
        await desk.send_due()
        for delivery in desk.deliveries.all.values():
            rests.append(delivery.due - desk.seconds)
            desk.seconds = delivery.due
    return rests


async def test_a_mail_that_is_taken_is_told_once(desk: Desk, carrier: FakeCarrier) -> None:
    await desk.send_due()
    await desk.send_due()

    notification = await only(desk)
    assert (notification.status, notification.attempts) == (Status.SENT, 1)
    assert desk.deliveries.all == {}
    assert [recipient for _, recipient in carrier.carried] == ["someone@example.org"]
    assert await desk.events() == ["NotificationRequested", "NotificationSent"]


async def test_the_rest_after_each_failure_doubles_up_to_a_limit(
    desk: Desk, carrier: FakeCarrier
) -> None:
    carrier.outcomes = [Deferred("rcpt: 451")] * 4

    assert await pass_time(desk) == [60.0, 100.0, 100.0]

    notification = await only(desk)
    assert (notification.status, notification.reason) == (Status.FAILED, "gave-up")
    assert notification.attempts == 4
    assert len({message_id for message_id, _ in carrier.carried}) == 1


async def test_nothing_is_sent_before_it_is_due(desk: Desk, carrier: FakeCarrier) -> None:
    carrier.outcomes = [Deferred("connect: OSError")]
    await desk.send_due()

    await desk.send_due()

    assert len(carrier.carried) == 1
    assert (await only(desk)).status is Status.REQUESTED


@pytest.mark.parametrize(
    ("outcomes", "status", "attempts", "reason"),
    [
        ([Deferred("rcpt: 451"), Accepted()], Status.SENT, 2, None),
        ([Deferred("rcpt: 451"), Bounced(no_mailbox=False)], Status.FAILED, 2, "refused"),
        ([Bounced(no_mailbox=True)], Status.FAILED, 1, "mailbox-unknown"),
        ([Deferred("data: T", unknown=True), Accepted()], Status.SENT, 2, None),
        (
            [Deferred("data: T", unknown=True), *[Deferred("rcpt: 451")] * 3],
            Status.FAILED,
            4,
            "outcome-unknown",
        ),
    ],
)
async def test_what_becomes_of_it(
    desk: Desk,
    carrier: FakeCarrier,
    outcomes: list[Outcome],
    status: Status,
    attempts: int,
    reason: str | None,
) -> None:
    carrier.outcomes = outcomes

    await pass_time(desk)

    notification = await only(desk)
    assert (notification.status, notification.attempts) == (status, attempts)
    assert notification.reason == reason


async def test_an_unknown_mailbox_gets_no_more_mails_until_it_is_set_anew(
    desk: Desk, carrier: FakeCarrier
) -> None:
    carrier.outcomes = [Bounced(no_mailbox=True)]
    await desk.send_due()
    await desk.telling.on_events([read(PAID, ORDER, number=2)])
    await desk.send_due()

    reasons = sorted(n.reason or "" for n in (await desk.requested()).values())
    assert reasons == ["contact-bounced", "mailbox-unknown"]
    assert len(carrier.carried) == 1
    assert desk.contacts.all[CONTACT].status is ContactStatus.BOUNCED


async def test_a_contact_that_ended_meanwhile_gets_nothing(
    desk: Desk, carrier: FakeCarrier
) -> None:
    await changed(desk.contacts, CONTACT, ended)

    await desk.send_due()

    assert (await only(desk)).reason == "contact-ended"
    assert carrier.carried == []


class Dying(FakeCarrier):
    """The process dies in the conversation, `after` the server took the mail or before."""

    def __init__(self, *, after: bool) -> None:
        super().__init__()
        self._after = after

    async def carry(self, message: EmailMessage, recipient: str) -> Outcome:
        if self._after:
            await super().carry(message, recipient)
        raise asyncio.CancelledError


@pytest.mark.parametrize("after", [False, True])
async def test_after_a_death_in_the_conversation_it_is_sent_again_under_the_same_id(
    carrier: FakeCarrier, after: bool
) -> None:
    dying = Dying(after=after)
    desk = Desk(dying)
    await desk.subscribe(About.ORDER_PAID)
    await desk.telling.on_events([read(PAID, ORDER)])
    with pytest.raises(asyncio.CancelledError):
        await desk.send_due()
    desk.sending._carrier = carrier  # the process that comes after

    await desk.send_due()
    assert carrier.carried == [], "the dead one's conversation may still be going on"
    desk.seconds += dying.seconds
    await desk.send_due()

    notification = await only(desk)
    assert (notification.status, notification.attempts) == (Status.SENT, 2)
    assert len({*dying.carried, *carrier.carried}) == 1
    assert await desk.events() == ["NotificationRequested", "NotificationSent"]


async def test_dying_again_and_again_ends_too(carrier: FakeCarrier) -> None:
    desk = Desk(Dying(after=True), Patience(2, 1.0, 1.0))
    await desk.subscribe(About.ORDER_PAID)
    await desk.telling.on_events([read(PAID, ORDER)])
    for _ in range(2):
        with pytest.raises(asyncio.CancelledError):
            await desk.send_due()
        desk.seconds += carrier.seconds

    await desk.send_due()

    notification = await only(desk)
    assert (notification.reason, notification.attempts) == ("outcome-unknown", 2)


async def test_two_who_send_at_once_make_one_attempt(desk: Desk, carrier: FakeCarrier) -> None:
    (delivery,) = desk.deliveries.all.values()

    await asyncio.gather(desk.sending.attempt(delivery), desk.sending.attempt(delivery))

    assert len(carrier.carried) == 1
