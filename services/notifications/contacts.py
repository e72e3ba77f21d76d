"""Who is told what: a contact, its address and its subscriptions, in one document.

The address stands here and nowhere else (law 09-08): contacts are no aggregates, because the events
of an aggregate travel. An ended contact keeps its opaque id alone, so that the id is never given to
somebody else.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

from pydantic import AwareDatetime, Field

from contracts.envelope import SOURCE_PREFIX
from contracts.problem import Refusal, refused
from contracts.values import Id, Value
from services.notifications.commands import About, Language, SetContact, Subscribe

SUBSCRIPTION_IDS = uuid5(NAMESPACE_URL, f"{SOURCE_PREFIX}subscriptions")
MOST_SUBSCRIPTIONS = 200


class ContactStatus(StrEnum):
    ACTIVE = "active"
    BOUNCED = "bounced"
    """The address is not reachable, says its server: nothing is sent until it is set anew."""
    ENDED = "ended"


class Subscription(Value):
    """`since` is when it was made: what was recorded before is not told."""

    id: Id
    about: About
    scope: Id | Literal["*"]
    since: AwareDatetime

    def key(self) -> str:
        return scope_key(self.about, self.scope)


class Contact(Value):
    """`version` counts its changes. An ended contact has neither address nor subscriptions."""

    id: Id
    version: int
    status: ContactStatus = ContactStatus.ACTIVE
    language: Language = Language.ARABIC
    address: str | None = Field(default=None, repr=False)
    subscriptions: tuple[Subscription, ...] = ()

    def wants(self, keys: Collection[str], recorded_at: datetime) -> bool:
        """Whether a subscription of these keys was there when the event was recorded."""
        return any(
            subscription.key() in keys and subscription.since <= recorded_at
            for subscription in self.subscriptions
        )


def scope_key(about: About, scope: str) -> str:
    """What a subscription is found by."""
    return f"{about}:{scope}"


def set_anew(contact: Contact | None, id_: str, command: SetContact) -> Contact:
    """A new contact; or a known one with this address and language, reachable again."""
    known = _not_ended(contact) if contact else Contact(id=id_, version=0)
    return _next(known, status=ContactStatus.ACTIVE, **command.model_dump())


def subscribed(contact: Contact | None, command: Subscribe, now: datetime) -> Contact:
    """The contact with a subscription more; as it was when it has that one."""
    known = _not_ended(_existing(contact))
    id_ = str(uuid5(SUBSCRIPTION_IDS, f"{known.id}|{command.about}|{command.scope}"))
    if any(subscription.id == id_ for subscription in known.subscriptions):
        return known
    if len(known.subscriptions) >= MOST_SUBSCRIPTIONS:
        raise refused(
            Refusal.CONFLICT, "too_many", "about", f"has {MOST_SUBSCRIPTIONS} subscriptions"
        )
    new = Subscription(id=id_, about=command.about, scope=command.scope, since=now)
    return _next(known, subscriptions=(*known.subscriptions, new))


def unsubscribed(contact: Contact | None, subscription_id: str) -> Contact:
    """The contact without that subscription; as it was when it has none such."""
    known = _existing(contact)
    rest = tuple(s for s in known.subscriptions if s.id != subscription_id)
    return known if len(rest) == len(known.subscriptions) else _next(known, subscriptions=rest)


def ended(contact: Contact | None) -> Contact:
    """Nothing but the id is left, and the note that it has ended."""
    known = _existing(contact)
    if known.status is ContactStatus.ENDED:
        return known
    return Contact(id=known.id, version=known.version + 1, status=ContactStatus.ENDED)


def bounced(contact: Contact | None, tried: Contact) -> Contact:
    """The contact marked as not reachable, unless its address was set since it was `tried`."""
    known = _existing(contact)
    if known.address != tried.address or known.status is not ContactStatus.ACTIVE:
        return known
    return _next(known, status=ContactStatus.BOUNCED)


def _next(contact: Contact, **changes: object) -> Contact:
    return contact.model_copy(update={**changes, "version": contact.version + 1})


def _existing(contact: Contact | None) -> Contact:
    if contact is None:
        raise refused(Refusal.NOT_FOUND, "not_found", "id", "no such contact")
    return contact


def _not_ended(contact: Contact) -> Contact:
    if contact.status is ContactStatus.ENDED:
        raise refused(Refusal.CONFLICT, "ended", "id", "this contact has ended: take another id")
    return contact
