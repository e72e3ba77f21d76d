"""Contacts, subscriptions and notifications over HTTP. No answer repeats an address."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query
from pydantic import BaseModel

from chassis.http.circumstances import RequestAround
from chassis.http.problems import responses
from contracts.problem import Refusal, refused
from contracts.values import Id
from services.notifications import contacts as people
from services.notifications import examples
from services.notifications.commands import Language, SetContact, Subscribe
from services.notifications.contacts import Contact, ContactStatus, Subscription
from services.notifications.domain import Notification, Status
from services.notifications.store import Contacts, Deliveries, changed
from services.notifications.telling import Handler

ContactId = Annotated[Id, Path(alias="id", description="opaque id of a contact")]
SubscriptionId = Annotated[Id, Path(description="id of a subscription")]
NotificationId = Annotated[Id, Path(alias="id", description="id of a notification")]
ON_ONE = responses(400, 404, 409, 413, 422)


class ContactView(BaseModel):
    """A contact without its address, which nobody needs to read back."""

    id: str
    status: ContactStatus
    language: Language
    subscriptions: list[Subscription]


class NotificationView(Notification):
    """`attempts` counts those that were begun, also while more may come."""

    id: str
    ordinal: int


def recipients(contacts: Contacts) -> APIRouter:
    """Routes of contacts and what they are subscribed to."""
    router = APIRouter(prefix="/v1", tags=["contacts"])

    @router.put("/contacts/{id}", responses=responses(400, 404, 409, 413, 422))
    async def set_contact(
        id_: ContactId,
        command: Annotated[SetContact, Body(openapi_examples=examples.SET_CONTACT)],
    ) -> ContactView:
        """Say how to reach a contact, for the first time or anew. The id is the client's choice."""
        return _view(
            await changed(contacts, id_, lambda known: people.set_anew(known, id_, command))
        )

    @router.delete("/contacts/{id}", responses=responses(404, 422))
    async def end_contact(id_: ContactId) -> ContactView:
        """Forget the address and end all subscriptions, for good (law 09-08)."""
        return _view(await changed(contacts, id_, people.ended))

    @router.get("/contacts/{id}", responses=responses(404, 422))
    async def show_contact(id_: ContactId) -> ContactView:
        """A contact and its subscriptions."""
        contact = await contacts.get(id_)
        if contact is None:
            raise refused(Refusal.NOT_FOUND, "not_found", "id", "no such contact")
        return _view(contact)

    @router.post("/contacts/{id}/subscriptions", status_code=201, responses=ON_ONE)
    async def subscribe(
        id_: ContactId,
        command: Annotated[Subscribe, Body(openapi_examples=examples.SUBSCRIBE)],
        around: RequestAround,
    ) -> ContactView:
        """Tell the contact of what is recorded from now on. Subscribing again changes nothing."""
        return _view(
            await changed(
                contacts, id_, lambda known: people.subscribed(known, command, around.now)
            )
        )

    @router.delete("/contacts/{id}/subscriptions/{subscription_id}", responses=responses(404, 422))
    async def unsubscribe(id_: ContactId, subscription_id: SubscriptionId) -> ContactView:
        """End a subscription. One that is not there is ended already."""
        return _view(
            await changed(contacts, id_, lambda known: people.unsubscribed(known, subscription_id))
        )

    return router


def told(handler: Handler, deliveries: Deliveries) -> APIRouter:
    """Routes of notifications."""
    router = APIRouter(prefix="/v1", tags=["notifications"])

    @router.get("/notifications/{id}", responses=responses(404, 422))
    async def show(id_: NotificationId) -> NotificationView:
        """A notification: what of, in which language, and what became of it."""
        document = await handler.document(id_)
        view = NotificationView(id=id_, ordinal=document.version, **document.state)
        delivery = await deliveries.get(id_) if view.status is Status.REQUESTED else None
        begun = delivery.attempts if delivery else 0
        return view.model_copy(update={"attempts": begun}) if begun else view

    @router.get("/contacts/{id}/notifications", responses=responses(404, 422))
    async def show_all(
        id_: ContactId, limit: Annotated[int, Query(ge=1, le=500)] = 100
    ) -> list[NotificationView]:
        """The notifications of a contact, the latest first."""
        found = await handler.repository.find("contact_id", id_)
        views = [NotificationView(id=d.id, ordinal=d.version, **d.state) for d in found]
        return sorted(views, key=lambda view: (view.requested_on, view.id), reverse=True)[:limit]

    return router


def _view(contact: Contact) -> ContactView:
    return ContactView(**contact.model_dump(include=set(ContactView.model_fields)))
