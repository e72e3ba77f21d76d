"""Settings of orders."""

from chassis.settings import Settings


class OrdersSettings(Settings):
    http_port: int = 18411
