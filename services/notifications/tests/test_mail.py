"""The mails: whole in every language, right to left in Arabic, and no way into their headers."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts.values import Money
from services.notifications.commands import Language
from services.notifications.mail import formats
from services.notifications.mail.compose import ISOLATE, POP, Letter, compose
from services.notifications.mail.texts import TEXTS
from services.notifications.occasions import Facts
from services.notifications.tests.events import ORDER, SHIPMENT, TRIGGER

KINDS = sorted(TEXTS[Language.ENGLISH].kinds)
MONEY = Money(amount=Decimal("198672.80"), currency="MAD")
FACTS = Facts(
    order=ORDER,
    shipment=SHIPMENT,
    rule="loss",
    amount=MONEY,
    on=date(2025, 8, 28),
    expected_on=date(2025, 9, 12),
    reason="port-congestion",
)
EVERY = pytest.mark.parametrize("language", list(Language))
BIDI = dict.fromkeys(map(ord, "\N{RIGHT-TO-LEFT MARK}\N{LEFT-TO-RIGHT MARK}" + ISOLATE + POP))


def letter(language: Language, template: str = "shipment-lost", facts: Facts = FACTS) -> Letter:
    return Letter(
        notification_id=TRIGGER,
        template=template,
        language=language,
        facts=facts,
        requested_at=datetime(2025, 8, 29, 10, tzinfo=UTC),
        sender="notifications@zarbia.example",
        recipient="someone@example.org",
    )


def received(mail: EmailMessage) -> EmailMessage:
    """The mail as it comes out at the other end."""
    found = message_from_bytes(mail.as_bytes(), policy=default)
    assert isinstance(found, EmailMessage)
    return found


def shown(mail: EmailMessage, name: str) -> str:
    """A header as a reader sees it. Python's newer parser keeps blanks between encoded words."""
    raw = message_from_bytes(mail.as_bytes())[name]
    return str(make_header(decode_header(raw)))


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content


class Page(HTMLParser):
    """What a reader sees, and what of it stands isolated."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root: dict[str, str | None] = {}
        self.isolated: list[str] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self.root = dict(attrs)
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, "elements are nested"

    def handle_data(self, data: str) -> None:
        if "bdi" in self.open:
            self.isolated.append(data)


@EVERY
def test_every_language_has_the_same_kinds_and_rows(language: Language) -> None:
    english = TEXTS[Language.ENGLISH]
    texts = TEXTS[language]

    assert sorted(texts.kinds) == KINDS
    assert (set(texts.rules), set(texts.reasons)) == (set(english.rules), set(english.reasons))
    for name, kind in texts.kinds.items():
        reference = english.kinds[name]
        assert list(kind.rows) == list(reference.rows)
        assert set(kind.rows) <= set(Facts.model_fields)
        named = [set(re.findall(r"{(\w+)}", " ".join(k.paragraphs))) for k in (kind, reference)]
        assert named[0] == named[1], name


@EVERY
@pytest.mark.parametrize("template", KINDS)
def test_every_mail_is_whole(language: Language, template: str) -> None:
    mail = received(compose(letter(language, template)))
    page = Page(body(mail, "html"))

    assert page.open == []
    assert (page.root["lang"], page.root["dir"]) == (
        language.value,
        "rtl" if language is Language.ARABIC else "ltr",
    )
    for part in (shown(mail, "Subject"), body(mail, "plain"), body(mail, "html")):
        assert "{" not in part
        assert "None" not in part
    assert TRIGGER in body(mail, "plain")
    assert TRIGGER in page.isolated
    for value in ("order", "shipment"):
        if value in TEXTS[language].kinds[template].rows:
            assert getattr(FACTS, value) in page.isolated
            assert getattr(FACTS, value) in body(mail, "plain")


@EVERY
def test_the_headers(language: Language) -> None:
    mail = received(compose(letter(language)))

    assert mail["Message-ID"] == f"<{TRIGGER}@zarbia.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == language.value
    assert mail["To"].addresses[0].addr_spec == "someone@example.org"
    assert mail["From"].addresses[0].addr_spec == "notifications@zarbia.example"
    assert shown(mail, "From").startswith(TEXTS[language].programme)
    assert shown(mail, "Subject") == TEXTS[language].kinds["shipment-lost"].subject
    assert mail["Date"].datetime == datetime(2025, 8, 29, 10, tzinfo=UTC)
    assert mail.get_content_type() == "multipart/alternative"


@EVERY
def test_composed_again_it_is_the_same_mail(language: Language) -> None:
    assert compose(letter(language)).as_bytes() == compose(letter(language)).as_bytes()


@EVERY
def test_what_goes_over_the_wire_is_ascii_in_short_lines(language: Language) -> None:
    wire = compose(letter(language)).as_bytes()

    assert wire.isascii()
    assert max(map(len, wire.split(b"\r\n"))) <= 78


def test_arabic_text_isolates_each_value() -> None:
    text = body(received(compose(letter(Language.ARABIC))), "plain")

    assert f"{ISOLATE}{SHIPMENT}{POP}" in text
    assert text.count(ISOLATE) == text.count(POP)


@pytest.mark.parametrize(
    ("language", "amount", "day"),
    [
        (Language.ARABIC, "198.672,80\N{NO-BREAK SPACE}د.م.", "28 غشت 2025"),
        (
            Language.FRENCH,
            "198\N{NARROW NO-BREAK SPACE}672,80\N{NO-BREAK SPACE}MAD",
            "28 août 2025",
        ),
        (Language.ENGLISH, "MAD\N{NO-BREAK SPACE}198,672.80", "28 August 2025"),
    ],
)
def test_amounts_and_days_are_written_as_people_write_them(
    language: Language, amount: str, day: str
) -> None:
    assert formats.amount(MONEY, language).translate(BIDI) == amount
    assert formats.day(date(2025, 8, 28), language) == day


@EVERY
def test_no_digit_of_an_amount_is_lost(language: Language) -> None:
    shown = formats.amount(Money(amount=Decimal("0.123456789"), currency="EUR"), language)
    assert "123456789" in shown


@EVERY
def test_a_slug_that_has_no_words_yet_is_shown_as_it_is(language: Language) -> None:
    facts = FACTS.model_copy(update={"rule": "fund-capacity", "reason": "sandstorm"})

    trigger = body(received(compose(letter(language, "trigger-constituted", facts))), "html")
    delay = body(received(compose(letter(language, "shipment-delayed", facts))), "html")

    assert "<bdi>fund-capacity</bdi>" in trigger
    assert "<bdi>sandstorm</bdi>" in delay


def test_a_fact_that_a_text_names_and_nobody_gave_is_an_error() -> None:
    with pytest.raises(KeyError):
        compose(letter(Language.FRENCH, "shipment-lost", Facts(shipment=SHIPMENT)))


hostile = st.text(st.sampled_from(list("a<>&\"'{}%\r\n\0:,;@= \u2028\u2069\u202eب")), max_size=30)


@settings(deadline=None, max_examples=25)
@example("\n", Language.FRENCH, "trigger-constituted")  # taken as the end of the headers, once
@given(hostile, st.sampled_from(list(Language)), st.sampled_from(KINDS))
def test_no_value_reaches_a_header_or_the_markup(
    text: str, language: Language, template: str
) -> None:
    facts = FACTS.model_copy(update=dict.fromkeys(("order", "shipment", "rule", "reason"), text))
    calm = received(compose(letter(language, template)))

    mail = received(compose(letter(language, template, facts)))

    assert mail.keys() == calm.keys()
    for name in set(mail.keys()) - {"Subject"}:
        assert shown(mail, name) == shown(calm, name)
    page, calm_page = Page(body(mail, "html")), Page(body(calm, "html"))
    assert page.root == calm_page.root
    assert body(mail, "html").count("<") == body(calm, "html").count("<")
