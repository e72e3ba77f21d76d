"""The mailbox of the local stack: a mail for each Message-ID, kept before it is acknowledged."""

import asyncio
import sys
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import aiosmtplib
import pytest

from console.mailbox.keeping import file_name
from console.stack.ports import free_base
from console.stack.probes import mailbox_answers

ID = "0f8fad5b-d9cb-569f-a165-70867728950e"


def mail(message_id: str | None = f"<{ID}@zarbia.example>") -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = "notifications@zarbia.example"
    message["To"] = "someone@example.org"
    message["Subject"] = "شحنة"
    if message_id:
        message["Message-ID"] = message_id
    message.set_content("السلام عليكم\r\n.\r\n", cte="base64")
    return message


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes().rstrip() for file in folder.iterdir()}


async def test_a_mail_that_comes_twice_is_kept_once(tmp_path: Path) -> None:
    port = free_base((0,))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "console.mailbox", "--path", str(tmp_path), "--port", str(port)
    )
    try:
        while not await asyncio.to_thread(mailbox_answers, f"127.0.0.1:{port}"):
            assert process.returncode is None
        for _ in range(2):
            await aiosmtplib.send(mail(), hostname="127.0.0.1", port=port, start_tls=False)

        with pytest.raises(aiosmtplib.SMTPDataError, match="Message-ID"):
            await aiosmtplib.send(mail(None), hostname="127.0.0.1", port=port, start_tls=False)
    finally:
        process.terminate()
        assert await process.wait() == 0

    assert contents(tmp_path) == {f"{ID}.eml": mail().as_bytes().rstrip()}


@pytest.mark.parametrize("local", ["../../etc/passwd", "", "a" * 65, "a/b", "ش", ".."])
def test_a_message_id_names_no_file_elsewhere(local: str) -> None:
    name = file_name(f"<{local}@example.org>")

    assert name.endswith(".eml")
    assert len(name) == 36
    assert "/" not in name


def test_nobody_answers_where_there_is_no_mailbox() -> None:
    assert not mailbox_answers(f"127.0.0.1:{free_base((0,))}")
