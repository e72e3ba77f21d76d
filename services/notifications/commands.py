"""What the notifications service can be told: whom to reach, what of, and what became of it."""

from enum import StrEnum
from typing import Annotated, Literal

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field, WithJsonSchema

from contracts.notifications import Cause
from contracts.values import Command, Id, Ordinal, Slug

EVERYTHING: Literal["*"] = "*"


class Language(StrEnum):
    ARABIC = "ar"
    FRENCH = "fr"
    ENGLISH = "en"


class About(StrEnum):
    """What a contact can be told of."""

    RISK_TRIGGER = "risk-trigger"
    ORDER_PAID = "order-paid"
    PAYMENT_FAILED = "payment-failed"
    SHIPMENT_LOST = "shipment-lost"
    SHIPMENT_DELAYED = "shipment-delayed"


def _address(given: str) -> str:
    """The address as SMTP takes it: the local part in ASCII, the domain in A-labels.

    The refusal repeats nothing of the input: what is nearly an address is personal too.
    """
    try:
        found = validate_email(given, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        raise ValueError("must be an e-mail address, its local part in ASCII") from None
    return found.ascii_email or found.normalized


EmailAddress = Annotated[
    str,
    Field(max_length=254, repr=False),
    AfterValidator(_address),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": 254}),
]


class SetContact(Command):
    """How to reach somebody. Said again it replaces what was known, and a bounce is forgotten."""

    language: Language
    address: EmailAddress


class Subscribe(Command):
    """Tell the contact about these events of one producer, order or shipment, or of all (`*`)."""

    about: About
    scope: Id | Literal["*"] = EVERYTHING


class RequestNotification(Command):
    """A subscription of the contact matches the event."""

    contact_id: Id
    cause: Cause
    template: Slug
    language: Language


class RecordSent(Command):
    """The server took the message at this attempt."""

    attempts: Ordinal


class RecordFailed(Command):
    """The contact will not be told."""

    attempts: Ordinal
    reason: Slug


NotificationCommand = RequestNotification | RecordSent | RecordFailed
