"""The conversation with real servers: what their answers, and their silence, mean."""

import dataclasses
from email import message_from_bytes
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from services.notifications.commands import Language
from services.notifications.mail.compose import compose
from services.notifications.settings import NotificationsSettings, SmtpOptions
from services.notifications.smtp import Accepted, Bounced, Deferred, Outcome, SmtpCarrier
from services.notifications.tests.smtp_server import Post, smtp_server, talker
from services.notifications.tests.test_mail import letter

MAIL = compose(letter(Language.ARABIC))
TO = "someone@example.org"


def carrier(port: int, seconds: float = 20.0) -> SmtpCarrier:
    return SmtpCarrier(
        SmtpOptions(
            sender="notifications@zarbia.example",
            host="127.0.0.1",
            port=port,
            starttls=False,
            user=None,
            password=None,
            seconds=seconds,
        )
    )


async def test_a_mail_arrives_as_it_was_composed() -> None:
    post = Post()
    async with smtp_server(post) as port:
        outcome = await carrier(port).carry(MAIL, TO)

    assert outcome == Accepted()
    (content,) = post.taken
    assert message_from_bytes(content)["Message-ID"] == MAIL["Message-ID"]
    assert content.rstrip() == MAIL.as_bytes().rstrip()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("550 5.1.1 no such user", Bounced(no_mailbox=True)),
        ("550 no such user", Bounced(no_mailbox=True)),
        ("551 not here", Bounced(no_mailbox=True)),
        ("553 not allowed", Bounced(no_mailbox=True)),
        ("553 5.1.3 bad address", Bounced(no_mailbox=True)),
        ("550 5.7.1 not from you", Bounced(no_mailbox=False)),
        ("552 5.2.2 mailbox full", Bounced(no_mailbox=False)),
        ("554 no", Bounced(no_mailbox=False)),
        ("450 4.2.1 greylisted", Deferred("rcpt: 450")),
        ("451 later", Deferred("rcpt: 451")),
        ("421 4.3.2 going down", Deferred("rcpt: 421")),
    ],
)
async def test_what_an_answer_about_the_recipient_means(answer: str, outcome: Outcome) -> None:
    post = Post(to_rcpt=[answer])
    async with smtp_server(post) as port:
        assert await carrier(port).carry(MAIL, TO) == outcome
    assert post.taken == []


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("550 5.1.1 unknown after all", Bounced(no_mailbox=True)),
        ("550 we do not like it", Bounced(no_mailbox=False)),
        ("554 5.7.1 looks like spam", Bounced(no_mailbox=False)),
        ("452 4.3.1 no space", Deferred("data: 452")),
    ],
)
async def test_what_an_answer_about_the_mail_means(answer: str, outcome: Outcome) -> None:
    async with smtp_server(Post(to_data=[answer])) as port:
        assert await carrier(port).carry(MAIL, TO) == outcome


async def test_a_server_that_is_down() -> None:
    async with smtp_server(Post()) as port:
        pass
    assert await carrier(port).carry(MAIL, TO) == Deferred("connect: SMTPConnectError")


@pytest.mark.parametrize(
    ("lines", "stage"),
    [
        ((), "connect"),
        ((b"220 hello",), "mail"),
        ((b"220 hello", b"250 hello"), "mail"),
        ((b"220 hello", b"250 hello", b"250 well"), "rcpt"),
    ],
)
async def test_a_server_that_falls_silent(lines: tuple[bytes, ...], stage: str) -> None:
    async with talker(*lines) as port:
        outcome = await carrier(port, seconds=1.0).carry(MAIL, TO)

    assert isinstance(outcome, Deferred)
    assert outcome.why.startswith(stage)
    assert not outcome.unknown


async def test_a_server_that_falls_silent_after_the_mail_may_have_it() -> None:
    post = Post(says=0)
    async with smtp_server(post) as port:
        outcome = await carrier(port, seconds=1.0).carry(MAIL, TO)

    assert isinstance(outcome, Deferred)
    assert outcome.unknown
    assert len(post.taken) == 1


async def test_a_server_that_is_no_mail_server() -> None:
    async with talker(b"HTTP/1.1 400 Bad Request") as port:
        outcome = await carrier(port, seconds=1.0).carry(MAIL, TO)

    assert isinstance(outcome, Deferred)
    assert not outcome.unknown


async def test_no_mail_leaves_without_the_encryption_that_was_asked_for() -> None:
    post = Post()
    async with smtp_server(post) as port:
        options = dataclasses.replace(carrier(port)._options, starttls=True)
        outcome = await SmtpCarrier(options).carry(MAIL, TO)

    assert isinstance(outcome, Deferred)
    assert post.taken == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"smtp_user": "zarbia"},
        {"smtp_password": SecretStr("p")},
        {"smtp_user": "zarbia", "smtp_password": SecretStr("p"), "smtp_starttls": False},
        {"smtp_sender": "zarbia"},
        {"smtp_attempts": 0},
        {"smtp_seconds": 0},
    ],
)
def test_settings_that_cannot_be_meant(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        NotificationsSettings.model_validate(wrong)


def test_a_password_is_not_shown(tmp_path: Path) -> None:
    settings = NotificationsSettings(
        data=tmp_path, smtp_user="zarbia", smtp_password=SecretStr("open-sesame")
    )
    assert "open-sesame" not in repr((settings, settings.smtp()))
