"""Amounts and days as people write them in Morocco, in each language."""

from datetime import date

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency

from contracts.values import Money
from services.notifications.commands import Language

LOCALES = {
    Language.ARABIC: Locale("ar", "MA"),
    Language.FRENCH: Locale("fr", "MA"),
    Language.ENGLISH: Locale("en", "GB"),
}
# CLDR sets no space between a currency's letters and its digits in English.
CURRENCY_PATTERNS = {Language.ENGLISH: "¤¤\N{NO-BREAK SPACE}#,##0.00"}


def amount(money: Money, language: Language) -> str:
    """All digits as stated: nothing is rounded."""
    return format_currency(
        money.amount,
        money.currency,
        CURRENCY_PATTERNS.get(language),
        locale=LOCALES[language],
        decimal_quantization=False,
    )


def day(value: date, language: Language) -> str:
    """Such as `8 March 2025`."""
    return format_date(value, "long", locale=LOCALES[language])
