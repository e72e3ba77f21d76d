"""What the mailbox does with a mail: it keeps one file for each Message-ID."""

import hashlib
import os
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

TAKEN = "250 2.0.0 taken"
UNNAMED = "554 5.6.0 has no Message-ID"


class Keeping:
    """Handles the mails of an aiosmtpd server. A mail that comes again is taken and not kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.original_content or b""
        message_id = message_from_bytes(content, policy=default)["Message-ID"]
        if not message_id:
            return UNNAMED
        self._keep(file_name(str(message_id)), content)
        return TAKEN

    def _keep(self, name: str, content: bytes) -> None:
        """On disk before the server says that it took it; under its name only when it is whole."""
        kept = self._folder / name
        if kept.exists():
            return
        part = kept.with_suffix(".part")
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(kept)


def file_name(message_id: str) -> str:
    """The local part of the Message-ID where it can name a file, else a hash of all of it."""
    local = message_id.strip().removeprefix("<").partition("@")[0]
    if local.replace("-", "").isalnum() and local.isascii() and len(local) <= 64:
        return f"{local}.eml"
    return f"{hashlib.sha256(message_id.encode()).hexdigest()[:32]}.eml"
