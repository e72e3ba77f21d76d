"""What this service keeps beside its notifications: contacts, deliveries, and who made what."""

from services.notifications.store.contacts import Contacts, MongoContacts, changed
from services.notifications.store.deliveries import Deliveries, Delivery, MongoDeliveries
from services.notifications.store.origins import MongoOrigins, Origins

__all__ = [
    "Contacts",
    "Deliveries",
    "Delivery",
    "MongoContacts",
    "MongoDeliveries",
    "MongoOrigins",
    "Origins",
    "changed",
]
