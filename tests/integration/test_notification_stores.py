"""One suite for what notifications keep, in memory and in a real store."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from chassis.store.mongo import connect
from chassis.tests.counters import NOW
from services.notifications.contacts import Contact, Subscription
from services.notifications.occasions import Facts, occasion_of
from services.notifications.store import (
    Contacts,
    Deliveries,
    Delivery,
    MongoContacts,
    MongoDeliveries,
    MongoOrigins,
    Origins,
)
from services.notifications.tests.events import (
    CONTACT,
    LOST,
    ORDER,
    OTHER,
    PRODUCER,
    SHIPMENT,
    read,
)
from services.notifications.tests.fakes import MemoryContacts, MemoryDeliveries, MemoryOrigins
from tests.integration.notifying import id_of


@dataclass(frozen=True)
class Stores:
    contacts: Contacts
    deliveries: Deliveries
    origins: Origins


@pytest.fixture(params=["memory", pytest.param("mongo", marks=pytest.mark.integration)])
async def stores(request: pytest.FixtureRequest) -> AsyncIterator[Stores]:
    """Stores with nothing in them."""
    if request.param == "memory":
        yield Stores(MemoryContacts(), MemoryDeliveries(), MemoryOrigins())
        return
    client = connect(request.getfixturevalue("mongo_url"))
    name = f"zarbia_notification_stores_{request.node.name.split('[')[0][-30:]}"
    await client.drop_database(name)
    contacts, deliveries = MongoContacts(client[name]), MongoDeliveries(client[name])
    await contacts.prepare()
    await deliveries.prepare()
    yield Stores(contacts, deliveries, MongoOrigins(client[name]))
    await client.drop_database(name)
    await client.close()


def subscription(about: str, scope: str) -> Subscription:
    return Subscription.model_validate(
        {"id": id_of(f"{about}{scope}"), "about": about, "scope": scope, "since": NOW}
    )


def waiting(name: str, queued: float, place: int = 0, contact: str = CONTACT) -> Delivery:
    return Delivery(
        id=id_of(name),
        contact_id=contact,
        facts=Facts(order=ORDER),
        requested_at=NOW,
        queued=queued,
        place=place,
    )


class TestStores:
    async def test_a_contact_changes_only_from_the_version_before(self, stores: Stores) -> None:
        contacts = stores.contacts
        first = Contact(id=CONTACT, version=1, address="a@example.org")
        assert await contacts.get(CONTACT) is None
        assert await contacts.put(first)
        assert not await contacts.put(first)
        assert not await contacts.put(first.model_copy(update={"version": 3}))
        second = first.model_copy(
            update={"version": 2, "subscriptions": (subscription("order-paid", PRODUCER),)}
        )
        assert await contacts.put(second)
        assert await contacts.get(CONTACT) == second

    async def test_contacts_are_found_by_what_they_are_subscribed_to(self, stores: Stores) -> None:
        both = (subscription("order-paid", PRODUCER), subscription("shipment-lost", "*"))
        one = Contact(id=CONTACT, version=1, subscriptions=both)
        await stores.contacts.put(one)
        await stores.contacts.put(Contact(id=OTHER, version=1, subscriptions=both[1:]))

        assert await stores.contacts.subscribed({f"order-paid:{PRODUCER}", "x"}) == [one]
        found = await stores.contacts.subscribed({"shipment-lost:*", f"order-paid:{PRODUCER}"})
        assert sorted(contact.id for contact in found) == [CONTACT, OTHER]
        assert await stores.contacts.subscribed({"order-paid:*"}) == []

    async def test_deliveries_of_a_contact_wait_in_their_order(self, stores: Stores) -> None:
        deliveries = stores.deliveries
        late, second, first = waiting("c", 2.0), waiting("b", 1.0, 1), waiting("a", 1.0, 0)
        await deliveries.add([late, second, first, waiting("d", 0.5, contact=OTHER)])
        await deliveries.add([first.model_copy(update={"attempts": 7})])

        assert sorted(await deliveries.contacts()) == [CONTACT, OTHER]
        for expected in (first, second, late):
            assert await deliveries.first(CONTACT) == expected
            await deliveries.remove(expected.id)
        assert await deliveries.first(CONTACT) is None
        assert await deliveries.count() == 1

    async def test_a_delivery_is_begun_by_one_alone(self, stores: Stores) -> None:
        one = waiting("a", 1.0)
        await stores.deliveries.add([one])

        begun = await asyncio.gather(
            *(stores.deliveries.replace(one, one.begun(until=50.0)) for _ in range(5))
        )

        assert begun.count(True) == 1
        assert await stores.deliveries.get(one.id) == one.begun(until=50.0)

    async def test_a_producer_is_remembered_once(self, stores: Stores) -> None:
        await stores.origins.remember({ORDER: PRODUCER})
        await stores.origins.remember({ORDER: OTHER, CONTACT: OTHER})

        assert await stores.origins.known([ORDER, CONTACT, PRODUCER]) == {
            ORDER: PRODUCER,
            CONTACT: OTHER,
        }

    async def test_what_is_put_aside_is_kept_once_until_it_is_forgotten(
        self, stores: Stores
    ) -> None:
        lost = read(LOST, SHIPMENT)
        occasion = occasion_of(lost.envelope, lost.event, lost.recorded_ms)
        assert occasion
        other = occasion.model_copy(update={"template": "shipment-delayed"})

        await stores.origins.put_aside([occasion, other])
        await stores.origins.put_aside([occasion])

        assert await stores.origins.put_aside_for([SHIPMENT, ORDER]) == [occasion, other]
        await stores.origins.forget_aside([SHIPMENT])
        assert await stores.origins.put_aside_for([SHIPMENT]) == []
