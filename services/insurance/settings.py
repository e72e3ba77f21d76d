"""Settings of insurance."""

from chassis.settings import Settings


class InsuranceSettings(Settings):
    http_port: int = 18415
