"""Run the notifications service: ``python -m services.notifications``."""

from chassis.main import run
from services.notifications.app import create_app
from services.notifications.settings import NotificationsSettings

if __name__ == "__main__":
    run("notifications", create_app, NotificationsSettings)
