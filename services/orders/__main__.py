"""Run orders: ``python -m services.orders``."""

from chassis.main import run
from services.orders.app import create_app
from services.orders.settings import OrdersSettings

if __name__ == "__main__":
    run("orders", create_app, OrdersSettings)
