"""Lanes: in order within a contact, side by side among them, by the leader, and to the end."""

import asyncio
from email.message import EmailMessage

from services.notifications.commands import About
from services.notifications.contacts import bounced
from services.notifications.domain import Status
from services.notifications.smtp import Outcome
from services.notifications.store import changed
from services.notifications.tests.desk import Desk
from services.notifications.tests.events import CONTACT, ORDER, OTHER, PAID, read
from services.notifications.tests.fakes import FakeCarrier


async def one_to_send(carrier: FakeCarrier) -> Desk:
    desk = Desk(carrier)
    await desk.subscribe(About.ORDER_PAID)
    await desk.telling.on_events([read(PAID, ORDER)])
    return desk


async def test_lanes_keep_the_order_of_a_contact_and_do_not_wait_for_another() -> None:
    carrier = FakeCarrier()
    desk = Desk(carrier)
    await desk.subscribe(About.ORDER_PAID)
    await desk.subscribe(About.ORDER_PAID, contact=OTHER)
    await changed(desk.contacts, OTHER, lambda c: bounced(c, desk.contacts.all[OTHER]))
    batch = [read(PAID, ORDER, number=number) for number in range(1, 6)]
    await desk.telling.on_events(batch)
    expected = [d.id for d in desk.deliveries.all.values() if d.contact_id == CONTACT]

    running = asyncio.create_task(desk.lanes.run())
    await desk.deliveries.emptied.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert [message_id[1:37] for message_id, _ in carrier.carried] == expected
    reasons = [n.reason for n in (await desk.requested()).values() if n.contact_id == OTHER]
    assert reasons == ["contact-bounced"] * 5


async def test_only_the_leader_sends() -> None:
    carrier = FakeCarrier()
    desk = await one_to_send(carrier)
    desk.leading.clear()
    running = asyncio.create_task(desk.lanes.run())
    for _ in range(20):
        await asyncio.sleep(0)
    assert carrier.carried == []

    desk.leading.set()
    await desk.deliveries.emptied.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert len(carrier.carried) == 1


class Slow(FakeCarrier):
    """Takes a mail only once it is let go on."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = asyncio.Event()
        self.go_on = asyncio.Event()

    async def carry(self, message: EmailMessage, recipient: str) -> Outcome:
        self.begun.set()
        await self.go_on.wait()
        return await super().carry(message, recipient)


async def test_a_conversation_that_has_begun_is_not_cut_off_by_the_end() -> None:
    slow = Slow()
    desk = await one_to_send(slow)
    running = asyncio.create_task(desk.lanes.run())
    await slow.begun.wait()

    running.cancel()
    slow.go_on.set()
    await asyncio.gather(running, return_exceptions=True)

    assert [n.status for n in (await desk.requested()).values()] == [Status.SENT]
