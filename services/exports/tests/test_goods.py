"""From what is stated to what is counted."""

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.exports import DeclaredGoods
from contracts.problem import RefusedError
from services.exports.tests.shipments import goods, statement


def test_value_month_and_group_are_ours() -> None:
    found = goods()

    assert found.fob.mad_centimes == 17_644_464  # 18,240.00 x 9.6735
    assert (found.month, found.net_mass_grams) == ("2025-03", 412_500)
    assert (found.product.product_group, found.product.hs_edition) == ("carpets", "HS2022")
    assert DeclaredGoods.model_validate(found.model_dump()) == found


def test_dirhams_are_not_converted() -> None:
    found = goods(fob={"amount": "0.004", "currency": "MAD"}, exchange_rate=None)

    assert (found.fob.mad_centimes, found.fob.rate) == (0, Decimal(1))


@given(
    st.decimals(min_value="0.0001", max_value=10**8, places=4),
    st.decimals(min_value="0.000001", max_value=100, places=6),
)
def test_the_value_is_price_times_rate_rounded_once(price: Decimal, rate: Decimal) -> None:
    found = goods(
        fob={"amount": format(price, "f"), "currency": "EUR"},
        exchange_rate={"mad_per_unit": format(rate, "f"), "date": "2025-03-14"},
    )

    exact = (price * rate * 100).to_integral_value(ROUND_HALF_EVEN)
    assert found.fob.mad_centimes == exact


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"hs_code": "999999"}, {"hs_code": "hs_code_unknown"}),
        ({"hs_code": "000000"}, {"hs_code": "hs_code_unknown"}),
        ({"partner": "MA"}, {"partner": "partner_domestic"}),
        ({"partner": "QQ"}, {"partner": "partner_unknown"}),
        ({"chain": "carpet"}, {"chain": "chain_unknown"}),
        ({"quantity": {"value": "3", "unit": "ells"}}, {"quantity.unit": "unit_unknown"}),
        ({"fob": {"amount": "0.00", "currency": "USD"}}, {"fob.amount": "price_zero"}),
        ({"fob": {"amount": "1", "currency": "XQX"}}, {"fob.currency": "currency_unknown"}),
        ({"fob": {"amount": "1", "currency": "MAD"}}, {"exchange_rate": "rate_needless"}),
        ({"exchange_rate": None}, {"exchange_rate": "rate_missing"}),
        (
            {"exchange_rate": {"mad_per_unit": "0", "date": "2025-03-14"}},
            {"exchange_rate.mad_per_unit": "rate_zero"},
        ),
        ({"fob": {"amount": "9" * 15, "currency": "USD"}}, {"fob.amount": "too_large"}),
        (
            {"hs_code": "999999", "partner": "MA", "exchange_rate": None},
            {
                "hs_code": "hs_code_unknown",
                "partner": "partner_domestic",
                "exchange_rate": "rate_missing",
            },
        ),
    ],
)
def test_every_field_that_cannot_be_counted_is_named(
    changes: dict[str, object], problems: dict[str, str]
) -> None:
    with pytest.raises(RefusedError) as refusal:
        goods(**changes)

    assert {problem.field: problem.code for problem in refusal.value.problems} == problems


def test_an_unknown_partner_and_no_mass_are_counted() -> None:
    found = goods(partner="ZZ", net_mass_kg="0.0")

    assert (found.partner, found.net_mass_grams) == ("ZZ", 0)
    assert statement(partner="ZZ").partner == "ZZ"
