"""Settings of the notifications service."""

from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator

from chassis.settings import Settings
from services.notifications.commands import EmailAddress


@dataclass(frozen=True, slots=True)
class SmtpOptions:
    """Where mails are handed over. `seconds` is the longest that one conversation may take."""

    sender: str
    host: str
    port: int
    starttls: bool
    user: str | None
    password: SecretStr | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a mail is tried, and how long it rests after a failure: longer each time."""

    attempts: int
    first_rest_seconds: float
    longest_rest_seconds: float

    def rest_seconds(self, attempts: int) -> float:
        """The rest after this many attempts."""
        return min(self.first_rest_seconds * 2.0 ** (attempts - 1), self.longest_rest_seconds)


class NotificationsSettings(Settings):
    """By default twelve attempts within about 16 hours, and no mail without TLS."""

    http_port: int = 18414
    smtp_host: str = "127.0.0.1"
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 587
    smtp_starttls: bool = True
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_sender: EmailAddress = "notifications@zarbia.example"
    smtp_seconds: Annotated[float, Field(gt=0, le=600)] = 30.0
    smtp_attempts: Annotated[int, Field(ge=1, le=30)] = 12
    smtp_first_rest_seconds: Annotated[float, Field(gt=0, le=86_400)] = 60.0
    smtp_longest_rest_seconds: Annotated[float, Field(gt=0, le=86_400)] = 4 * 3600.0

    @model_validator(mode="after")
    def _secrets_travel_encrypted(self) -> Self:
        if (self.smtp_user is None) != (self.smtp_password is None):
            raise ValueError("ZARBIA_SMTP_USER and ZARBIA_SMTP_PASSWORD go together")
        if self.smtp_user is not None and not self.smtp_starttls:
            raise ValueError("ZARBIA_SMTP_PASSWORD needs ZARBIA_SMTP_STARTTLS")
        return self

    def smtp(self) -> SmtpOptions:
        return SmtpOptions(
            sender=self.smtp_sender,
            host=self.smtp_host,
            port=self.smtp_port,
            starttls=self.smtp_starttls,
            user=self.smtp_user,
            password=self.smtp_password,
            seconds=self.smtp_seconds,
        )

    def patience(self) -> Patience:
        return Patience(
            self.smtp_attempts, self.smtp_first_rest_seconds, self.smtp_longest_rest_seconds
        )
