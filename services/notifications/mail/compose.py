"""From what happened to a mail in the recipient's language: text and HTML, nothing of a person.

Every value stands isolated among the words around it, so that Arabic reads right to left and an id
or amount within it left to right: by <bdi> in HTML, by U+2068 and U+2069 in plain Arabic text.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from contracts.values import Money
from services.notifications.commands import Language
from services.notifications.mail import formats
from services.notifications.mail.texts import TEXTS, Texts
from services.notifications.occasions import Facts

CODES = frozenset({"invoice", "order", "shipment"})
ISOLATE, POP = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
# The standard library refuses some of these in a header, and writes others as they are.
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_PAGES = Environment(
    loader=PackageLoader(__package__, "."),
    autoescape=select_autoescape(["html"], default=False),
    undefined=StrictUndefined,
)


class Letter(NamedTuple):
    """What is to be said to whom. `requested_at` becomes the date of the mail."""

    notification_id: str
    template: str
    language: Language
    facts: Facts
    requested_at: datetime
    sender: str
    recipient: str


class Row(NamedTuple):
    """A fact as it is shown. `code` says that it is an id."""

    label: str
    value: str
    code: bool


def compose(letter: Letter) -> EmailMessage:
    """The mail. Composed again it is the same one: its Message-ID derives from the notification.

    Raises:
        KeyError: the language has no such template, or it names a fact that is not there.
    """
    texts = TEXTS[letter.language]
    values = _values(letter.facts, texts, letter.language)
    plain = {name: _isolated(value, texts) for name, value in values.items()}
    marked = {name: Markup("<bdi>{}</bdi>").format(value) for name, value in values.items()}
    subject = _BREAKS.sub(" ", texts.kinds[letter.template].subject.format_map(plain))
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(texts.programme, addr_spec=letter.sender)
    message["To"] = Address(addr_spec=letter.recipient)
    message["Subject"] = subject
    message["Date"] = letter.requested_at
    message["Message-ID"] = message_id(letter.notification_id, letter.sender)
    message["Auto-Submitted"] = "auto-generated"
    text = _page("mail.txt", letter, subject, plain, lambda words: words.format_map(plain))
    html = _page(
        "mail.html", letter, subject, values, lambda words: escape(words).format_map(marked)
    )
    message.set_content(text, cte="base64")
    message.add_alternative(html, subtype="html", cte="base64")
    message.set_boundary(f"zarbia-{letter.notification_id}")
    message["Content-Language"] = letter.language.value
    return message


def message_id(notification_id: str, sender: str) -> str:
    """The Message-ID by which receivers know a mail that comes a second time."""
    return f"<{notification_id}@{Address(addr_spec=sender).domain}>"


def _page(
    name: str,
    letter: Letter,
    subject: str,
    values: Mapping[str, str],
    fill: Callable[[str], str],
) -> str:
    texts = TEXTS[letter.language]
    kind = texts.kinds[letter.template]
    return _PAGES.get_template(name).render(
        texts=texts,
        language=letter.language.value,
        subject=subject,
        heading=fill(kind.heading),
        paragraphs=[fill(paragraph) for paragraph in kind.paragraphs],
        rows=[
            Row(label, values[name], name in CODES)
            for name, label in kind.rows.items()
            if name in values
        ],
        reference=letter.notification_id,
    )


def _values(facts: Facts, texts: Texts, language: Language) -> dict[str, str]:
    """The facts that there are, in the words of the language."""
    values: dict[str, str] = {}
    for name, fact in facts:
        match fact:
            case Money():
                values[name] = formats.amount(fact, language)
            case date():
                values[name] = formats.day(fact, language)
            case str():
                words = {"rule": texts.rules, "reason": texts.reasons}.get(name, {})
                values[name] = words.get(fact, fact)
            case _:  # not known of this event
                pass
    return values


def _isolated(value: str, texts: Texts) -> str:
    return f"{ISOLATE}{value}{POP}" if texts.direction == "rtl" else value
