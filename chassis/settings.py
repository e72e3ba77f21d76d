"""What a service is told from outside. Every setting is an environment variable ZARBIA_…."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from chassis.clock import Clock, DrivenClock, SystemClock

_DRIVEN = "driven:"


def _clock_form(text: str) -> str:
    if text != "system":
        _driven_start(text)
    return text


def _driven_start(text: str) -> datetime:
    start = datetime.fromisoformat(text.removeprefix(_DRIVEN))
    if not text.startswith(_DRIVEN) or start.tzinfo is None:
        raise ValueError("must be `system` or `driven:` with an instant and its offset")
    return start


class Settings(BaseSettings):
    """Settings of every service. Raises pydantic.ValidationError naming what is malformed."""

    model_config = SettingsConfigDict(env_prefix="ZARBIA_", frozen=True)

    kafka: str = "127.0.0.1:9092"
    mongo: str = "mongodb://127.0.0.1:27017"
    replication: Annotated[int, Field(ge=1, le=9)] = 1
    data: Path = Path(".zarbia")
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=1, le=65535)] = 8000
    clock: Annotated[str, AfterValidator(_clock_form)] = "system"
    log_level: str = "INFO"
    max_body_bytes: int = 256 * 1024
    max_bulk_bytes: int = 8 * 1024 * 1024
    max_bulk_lines: int = 5_000
    command_seconds: float = 20.0

    def new_clock(self) -> Clock:
        """The clock that the service shall go by."""
        return SystemClock() if self.clock == "system" else DrivenClock(_driven_start(self.clock))
