"""Settings of the registry."""

from chassis.settings import Settings


class RegistrySettings(Settings):
    http_port: int = 18410
