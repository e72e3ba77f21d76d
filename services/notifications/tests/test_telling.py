"""From events to notifications: once for each contact that wants it, whatever is read again."""

from datetime import timedelta

from chassis.tests.counters import NOW
from services.notifications.commands import About, Language
from services.notifications.contacts import ended
from services.notifications.domain import notification_id
from services.notifications.store import changed
from services.notifications.tests.desk import Desk
from services.notifications.tests.events import (
    CONTACT,
    LOST,
    ORDER,
    OTHER,
    PAID,
    PRODUCER,
    SHIPMENT,
    TRIGGER,
    constituted,
    exported,
    placed,
    read,
)


async def test_an_event_is_requested_once_for_each_contact_that_wants_it() -> None:
    desk = Desk()
    await desk.subscribe(About.ORDER_PAID)
    await desk.subscribe(About.ORDER_PAID, ORDER)
    await desk.subscribe(About.ORDER_PAID, ORDER, contact=OTHER, language=Language.ARABIC)
    await desk.subscribe(About.SHIPMENT_LOST, contact=OTHER)
    paid = read(PAID, ORDER)

    for _ in range(2):
        await desk.telling.on_events([paid, paid])

    requested = await desk.requested()
    assert {n.contact_id: n.language for n in requested.values()} == {CONTACT: "fr", OTHER: "ar"}
    assert set(requested) == set(desk.deliveries.all)
    assert set(requested) == {notification_id(paid.envelope.id, c) for c in (CONTACT, OTHER)}
    assert await desk.events() == ["NotificationRequested"] * 2


async def test_what_was_recorded_before_the_subscription_is_not_told() -> None:
    desk = Desk()
    await desk.subscribe(About.ORDER_PAID)
    earlier = read(PAID, ORDER, recorded_at=NOW - timedelta(seconds=1), number=1)

    await desk.telling.on_events([earlier, read(PAID, ORDER, number=2)])

    assert len(await desk.requested()) == 1


async def test_a_producer_is_told_of_its_own_orders_and_shipments_alone() -> None:
    desk = Desk()
    await desk.subscribe(About.ORDER_PAID, PRODUCER)
    await desk.subscribe(About.SHIPMENT_LOST, PRODUCER)

    await desk.telling.on_events([read(placed(), ORDER), read(placed(OTHER), TRIGGER)])
    await desk.telling.on_events([read(exported(), SHIPMENT)])
    await desk.telling.on_events([read(PAID, ORDER, number=1), read(PAID, TRIGGER, number=2)])
    await desk.telling.on_events([read(LOST, SHIPMENT, number=3)])

    told = [n.cause.subject for n in (await desk.requested()).values()]
    assert sorted(told) == sorted([ORDER, SHIPMENT])
    assert desk.origins.aside == {}


async def test_a_trigger_that_is_read_before_its_shipment_is_told_when_that_comes() -> None:
    desk = Desk()
    await desk.subscribe(About.RISK_TRIGGER, PRODUCER)
    await desk.subscribe(About.RISK_TRIGGER, contact=OTHER)
    trigger = read(constituted(), TRIGGER, key=SHIPMENT)

    await desk.telling.on_events([trigger])
    at_once = {n.contact_id for n in (await desk.requested()).values()}
    await desk.telling.on_events([read(exported(), SHIPMENT)])
    later = {n.contact_id for n in (await desk.requested()).values()}

    assert (at_once, later) == ({OTHER}, {OTHER, CONTACT})
    assert desk.origins.aside == {}


async def test_a_crash_before_the_delivery_is_mended_by_reading_again() -> None:
    desk = Desk()
    await desk.subscribe(About.ORDER_PAID)
    await desk.telling.on_events([read(PAID, ORDER)])
    desk.deliveries.all.clear()

    await desk.telling.on_events([read(PAID, ORDER)])

    assert len(desk.deliveries.all) == 1
    assert await desk.events() == ["NotificationRequested"]


async def test_an_event_read_again_in_another_language_is_not_told_again() -> None:
    desk = Desk()
    await desk.subscribe(About.ORDER_PAID)
    await desk.telling.on_events([read(PAID, ORDER)])
    desk.contacts.all[CONTACT] = desk.contacts.all[CONTACT].model_copy(
        update={"language": Language.ENGLISH}
    )

    await desk.telling.on_events([read(PAID, ORDER)])

    assert [n.language for n in (await desk.requested()).values()] == ["fr"]


async def test_nobody_is_told_after_the_end() -> None:
    desk = Desk()
    await desk.subscribe(About.ORDER_PAID)
    await changed(desk.contacts, CONTACT, ended)

    await desk.telling.on_events([read(PAID, ORDER)])

    assert await desk.requested() == {}
