"""The notifications service: its parts, put together."""

import time

from fastapi import FastAPI

from chassis.command_service import CommandService
from chassis.decider import Decider
from chassis.reader.quarantine import Quarantine
from chassis.reader.subscriber import Subscriber
from contracts.topics import EXPORTS_SHIPMENTS, NOTIFICATIONS, ORDERS_ORDERS, RISK_TRIGGERS
from services.notifications import domain
from services.notifications.domain import Notification
from services.notifications.lanes import Lanes
from services.notifications.occasions import ORDER_EVENTS, SHIPMENT_EVENTS, TRIGGER_EVENTS
from services.notifications.routes import recipients, told
from services.notifications.sending import Sending
from services.notifications.settings import NotificationsSettings
from services.notifications.smtp import SmtpCarrier
from services.notifications.store import MongoContacts, MongoDeliveries, MongoOrigins
from services.notifications.telling import Telling

DECIDER = Decider(Notification, domain.decide, domain.evolve)
READ = (
    (ORDERS_ORDERS, ORDER_EVENTS),
    (EXPORTS_SHIPMENTS, SHIPMENT_EVENTS),
    (RISK_TRIGGERS, TRIGGER_EVENTS),
)


def create_app(settings: NotificationsSettings) -> FastAPI:
    """The service with its parts; call it inside a running event loop."""
    service = CommandService(
        "notifications", settings, NOTIFICATIONS, DECIDER, found_by=("contact_id",)
    )
    contacts = MongoContacts(service.database)
    deliveries = MongoDeliveries(service.database)
    sending = Sending(
        service.handler,
        contacts,
        deliveries,
        SmtpCarrier(settings.smtp()),
        settings.patience(),
        service.clock,
        time.time,
    )
    lanes = Lanes(deliveries, sending.attempt, service.leading, time.time)
    telling = Telling(
        service.handler,
        contacts,
        deliveries,
        MongoOrigins(service.database),
        service.clock,
        time.time,
        lanes.wake,
    )
    quarantine = Quarantine("notifications", service.producer)
    for topic, wanted in READ:
        service.subscribe(
            Subscriber(
                service.broker,
                "notifications",
                topic,
                wanted,
                telling.on_events,
                quarantine,
                group=f"notifications.{topic.name}",
            )
        )
    service.prepare_with(contacts.prepare)
    service.prepare_with(deliveries.prepare)
    service.run_beside(lanes.run)
    return service.application(
        "Who is told what, and what became of it.",
        recipients(contacts),
        told(service.handler, deliveries),
    )
