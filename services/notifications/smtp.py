"""One SMTP conversation about one mail, and what its end means.

Nothing that a server says is passed on or logged: it often repeats the recipient's address.
"""

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from services.notifications.settings import SmtpOptions

PARTING_SECONDS = 1.0
_ENHANCED = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})\b")
_NO_SUCH_MAILBOX = {550, 551, 553}


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server took the mail: it answered 250 to its end."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not taken now. `unknown`: the server may have taken it, but its answer did not come."""

    why: str
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Bounced:
    """Refused for good. `no_mailbox`: the address itself is at fault."""

    no_mailbox: bool


Outcome = Accepted | Deferred | Bounced


class Carrier(Protocol):
    """Carries mails of one sender. `seconds` is the longest that one may take."""

    sender: str
    seconds: float

    async def carry(self, message: EmailMessage, recipient: str) -> Outcome:
        """Never raises for what the other side does."""


class SmtpCarrier:
    """Implements Carrier with a server that delivers what it is given (RFC 6409)."""

    def __init__(self, options: SmtpOptions) -> None:
        self._options = options
        self.sender = options.sender
        self.seconds = options.seconds

    async def carry(self, message: EmailMessage, recipient: str) -> Outcome:
        client = self._client()
        told = _Progress()
        try:
            async with asyncio.timeout(self.seconds):
                await _converse(client, told, message, self.sender, recipient)
        except SMTPResponseException as error:
            return _refusal(told.stage, error)
        except (SMTPException, OSError) as error:  # timeouts are among the OSErrors
            return Deferred(f"{told.stage}: {type(error).__name__}", unknown=told.stage == "data")
        finally:
            client.close()
        return Accepted()

    def _client(self) -> SMTP:
        options = self._options
        return SMTP(
            hostname=options.host,
            port=options.port,
            local_hostname=self.sender.rpartition("@")[2],  # else the name service is asked
            start_tls=options.starttls,
            username=options.user,
            password=options.password.get_secret_value() if options.password else None,
            timeout=self.seconds,
        )


@dataclass
class _Progress:
    stage: str = "connect"


async def _converse(
    client: SMTP, told: _Progress, message: EmailMessage, sender: str, recipient: str
) -> None:
    await client.connect()
    told.stage = "mail"
    await client.mail(sender)
    told.stage = "rcpt"
    await client.rcpt(recipient)
    told.stage = "data"
    await client.data(message.as_bytes())
    with suppress(SMTPException, OSError):  # taken: how we part does not count any more
        await client.quit(timeout=PARTING_SECONDS)


def _refusal(stage: str, error: SMTPResponseException) -> Outcome:
    """What a refusal means: 5xx to recipient or mail is final, all else is tried again.

    Before that it is between the server and us, such as a wrong password.
    """
    if stage not in {"rcpt", "data"} or not 500 <= error.code <= 599:
        understood = 400 <= error.code <= 599
        return Deferred(f"{stage}: {error.code}", unknown=stage == "data" and not understood)
    enhanced = _ENHANCED.match(error.message)
    if enhanced:  # RFC 3463: x.1.y is about the address
        return Bounced(no_mailbox=enhanced[1].startswith("5.1."))
    return Bounced(no_mailbox=stage == "rcpt" and error.code in _NO_SUCH_MAILBOX)
