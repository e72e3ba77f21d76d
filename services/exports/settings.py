"""Settings of the exports service."""

from chassis.settings import Settings


class ExportsSettings(Settings):
    http_port: int = 18412
