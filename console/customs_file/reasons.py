"""Why a row is not accepted: the closed list of reason codes, each with its meaning."""

from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """A reason code. A row with several is counted under the first in this order."""

    LINE_TOO_LONG = "line_too_long"
    NUL_BYTE = "nul_byte"
    NOT_UTF8 = "not_utf8"
    MALFORMED_CSV = "malformed_csv"
    TOO_MANY_FIELDS = "too_many_fields"
    TOO_FEW_FIELDS = "too_few_fields"

    HS_CODE_UNKNOWN = "hs_code_unknown"
    PARTNER_UNKNOWN = "partner_unknown"
    PARTNER_DOMESTIC = "partner_domestic"
    NET_MASS_MISSING = "net_mass_missing"
    NET_MASS_MALFORMED = "net_mass_malformed"
    NET_MASS_NOT_FINITE = "net_mass_not_finite"
    NET_MASS_EXPONENT = "net_mass_exponent"
    NET_MASS_NEGATIVE = "net_mass_negative"
    NET_MASS_TOO_LONG = "net_mass_too_long"
    PRICE_MISSING = "price_missing"
    PRICE_MALFORMED = "price_malformed"
    PRICE_NOT_FINITE = "price_not_finite"
    PRICE_EXPONENT = "price_exponent"
    PRICE_NEGATIVE = "price_negative"
    PRICE_TOO_LONG = "price_too_long"
    PRICE_ZERO = "price_zero"
    DATE_MALFORMED = "date_malformed"
    DATE_IN_FUTURE = "date_in_future"
    DATE_TOO_EARLY = "date_too_early"
    DECLARATION_ID_MALFORMED = "declaration_id_malformed"
    OFFICE_MALFORMED = "office_malformed"
    EXPORTER_ID_MALFORMED = "exporter_id_malformed"
    BUYER_ID_MALFORMED = "buyer_id_malformed"
    TRANSPORT_MODE_UNKNOWN = "transport_mode_unknown"


MEANING: Final = {
    Reason.LINE_TOO_LONG: "the line is longer than 16 KiB",
    Reason.NUL_BYTE: "the line holds a NUL byte",
    Reason.NOT_UTF8: "the line is not UTF-8",
    Reason.MALFORMED_CSV: "a quote is not closed, or text follows a closing quote",
    Reason.TOO_MANY_FIELDS: "more fields than the header has columns",
    Reason.TOO_FEW_FIELDS: "fewer fields than the header has columns",
    Reason.HS_CODE_UNKNOWN: "no six-digit code of HS 2022",
    Reason.PARTNER_UNKNOWN: "neither a country (ISO 3166-1 alpha-2) nor ZZ",
    Reason.PARTNER_DOMESTIC: "the exporting country itself",
    Reason.NET_MASS_MISSING: "the net mass is empty",
    Reason.NET_MASS_MALFORMED: "the net mass is no plain decimal number (decimal point, no comma)",
    Reason.NET_MASS_NOT_FINITE: "the net mass is NaN or infinite",
    Reason.NET_MASS_EXPONENT: "the net mass has an exponent",
    Reason.NET_MASS_NEGATIVE: "the net mass has a minus sign",
    Reason.NET_MASS_TOO_LONG: "the net mass has over 12 integer digits or 6 decimals",
    Reason.PRICE_MISSING: "the price is empty",
    Reason.PRICE_MALFORMED: "the price is no plain decimal number (decimal point, no comma)",
    Reason.PRICE_NOT_FINITE: "the price is NaN or infinite",
    Reason.PRICE_EXPONENT: "the price has an exponent",
    Reason.PRICE_NEGATIVE: "the price has a minus sign",
    Reason.PRICE_TOO_LONG: "the price has over 15 integer digits or 20 decimals",
    Reason.PRICE_ZERO: "the price is zero",
    Reason.DATE_MALFORMED: "no calendar day YYYY-MM-DD",
    Reason.DATE_IN_FUTURE: "after the day of the import",
    Reason.DATE_TOO_EARLY: "before 1990-01-01",
    Reason.DECLARATION_ID_MALFORMED: "empty, over 64 characters, or other than A-Z a-z 0-9 . _ / -",
    Reason.OFFICE_MALFORMED: "empty, over 20 characters, or other than A-Z a-z 0-9 -",
    Reason.EXPORTER_ID_MALFORMED: "empty, over 64 characters, or other than A-Z a-z 0-9 . _ / -",
    Reason.BUYER_ID_MALFORMED: "over 64 characters, or other than A-Z a-z 0-9 . _ / -",
    Reason.TRANSPORT_MODE_UNKNOWN: "none of 10, 20, ... 90 (UN/ECE Recommendation 19)",
}
