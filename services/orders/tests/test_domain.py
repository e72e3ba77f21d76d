"""The rules of orders, as given / when / then."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from chassis.testkit import TODAY, given
from contracts.orders import OrderCancelled, OrderLine, OrderPaid, OrderPlaced
from contracts.values import Money, Product, Quantity
from services.orders import examples
from services.orders.app import DECIDER
from services.orders.commands import CancelOrder, PayOrder, PlaceOrder
from services.orders.domain import Status

BODY: dict[str, Any] = examples.PLACE_BODY
LINE: dict[str, Any] = BODY["lines"][0]
PAYMENT: dict[str, Any] = examples.PAY_BODY


def line(hs_code: str, group: str, chain: str, amount: str, value: str, unit: str) -> OrderLine:
    return OrderLine(
        product=Product(hs_code=hs_code, hs_edition="HS2022", product_group=group, chain=chain),
        quantity=Quantity(value=Decimal(value), unit=unit),
        price=Money(amount=Decimal(amount), currency="EUR"),
    )


PLACED = OrderPlaced(
    placed_on=date(2025, 3, 8),
    producer_id=BODY["producer_id"],
    buyer_id="buyer-fr-00417",
    country="FR",
    channel="fair",
    lines=(
        line("570110", "carpets", "carpets-weaving", "1840.50", "14.25", "m2"),
        line("940490", "leather", "unknown", "160.00", "4", "u"),
    ),
    total=Money(amount=Decimal("2000.50"), currency="EUR"),
)
PAID = OrderPaid(
    paid_on=date(2025, 3, 20),
    amount=Money(amount=Decimal("2000.50"), currency="EUR"),
    method="bank-transfer",
    payment_reference="swift-2025-000417",
)
CANCELLED = OrderCancelled(cancelled_on=date(2025, 3, 12), reason="buyer-withdrew")


def place(**changed: object) -> PlaceOrder:
    return PlaceOrder.model_validate(BODY | changed)


def place_line(**changed: object) -> PlaceOrder:
    """An order of one line."""
    lines = [LINE | changed]
    return place(lines=lines, total=lines[0]["price"])


def pay(**changed: object) -> PayOrder:
    return PayOrder.model_validate(PAYMENT | changed)


def euros(amount: str, currency: str = "EUR") -> dict[str, str]:
    return {"amount": amount, "currency": currency}


CANCEL = CancelOrder(cancelled_on=CANCELLED.cancelled_on, reason=CANCELLED.reason)


class TestPlacing:
    def test_is_placed_with_the_group_that_the_code_gives(self) -> None:
        given(DECIDER).when(place()).then(PLACED)

    def test_a_product_that_is_no_craft_is_in_the_group_of_the_others(self) -> None:
        (event,) = DECIDER.decide(place_line(hs_code="080510"), None, TODAY)
        assert isinstance(event, OrderPlaced)
        assert event.lines[0].product.product_group == "other"

    @pytest.mark.parametrize("country", ["FR", "MA", "ZZ"])
    def test_a_country_or_unknown_is_accepted(self, country: str) -> None:
        expected = PLACED.model_copy(update={"country": country})
        given(DECIDER).when(place(country=country)).then(expected)

    @pytest.mark.parametrize(
        ("command", "code"),
        [
            (place(placed_on="2025-07-01"), "date_out_of_range"),
            (place(placed_on="1989-12-31"), "date_out_of_range"),
            (place(country="XX"), "country_unknown"),
            (place(country="EU"), "country_unknown"),
            (place_line(hs_code="999999"), "hs_code_unknown"),
            (place_line(chain="carpets"), "chain_unknown"),
            (place_line(quantity={"value": "1", "unit": "bales"}), "unit_unknown"),
            (place_line(quantity={"value": "0.000", "unit": "u"}), "quantity_zero"),
            (place_line(price=euros("10", "XTS")), "currency_unknown"),
            (place_line(price=euros("0.00")), "price_zero"),
            (place(total=euros("2000.51")), "total_differs"),
            (place(total=euros("2000.49999999999999999999")), "total_differs"),
        ],
    )
    def test_what_is_not_valid_is_refused(self, command: PlaceOrder, code: str) -> None:
        given(DECIDER).when(command).then_refused(code)

    def test_a_line_in_another_currency_is_refused(self) -> None:
        lines = [BODY["lines"][0], BODY["lines"][1] | {"price": euros("160.00", "USD")}]
        given(DECIDER).when(place(lines=lines)).then_refused("currency_differs")

    def test_all_that_is_wrong_is_told_at_once(self) -> None:
        command = place(
            country="XX", lines=[LINE | {"hs_code": "999999", "chain": "rugs"}], total=euros("1")
        )
        given(DECIDER).when(command).then_refused(
            "country_unknown", "hs_code_unknown", "chain_unknown", "total_differs"
        )

    def test_the_digits_of_a_price_stay_as_stated(self) -> None:
        (event,) = DECIDER.decide(place_line(price=euros("10.500")), None, TODAY)
        assert isinstance(event, OrderPlaced)
        assert b'"amount":"10.500"' in event.encode()


LARGEST = 10**35 // 100 - 1
DIGITS = st.integers(min_value=1, max_value=LARGEST)


@hypothesis.given(st.lists(DIGITS, min_size=1, max_size=100))
def test_the_total_is_the_exact_sum_however_many_digits(digits: list[int]) -> None:
    def money(units: int) -> dict[str, str]:
        """`units` of 1e-20, far more digits than a decimal context holds by default."""
        return euros(f"{units // 10**20}.{units % 10**20:020d}")

    hypothesis.assume(sum(digits) + 1 < 10**35)
    lines = [LINE | {"price": money(units)} for units in digits]

    given(DECIDER).when(place(lines=lines, total=money(sum(digits) + 1))).then_refused(
        "total_differs"
    )
    events = DECIDER.decide(place(lines=lines, total=money(sum(digits))), None, TODAY)
    assert len(events) == 1


class TestPaying:
    def test_is_paid_in_full(self) -> None:
        given(DECIDER, PLACED).when(pay()).then(PAID)

    def test_trailing_zeros_are_no_difference(self) -> None:
        expected = PAID.model_copy(
            update={"amount": Money(amount=Decimal("2000.5000"), currency="EUR")}
        )
        given(DECIDER, PLACED).when(pay(amount=euros("2000.5000"))).then(expected)

    @pytest.mark.parametrize(
        ("command", "codes"),
        [
            (pay(amount=euros("2000.51")), ["amount_differs"]),
            (pay(amount=euros("1000.00")), ["amount_differs"]),
            (pay(amount=euros("0")), ["amount_differs"]),
            (pay(amount=euros("2000.50", "USD")), ["currency_differs"]),
            (pay(amount=euros("1", "XTS")), ["currency_differs", "amount_differs"]),
            (pay(paid_on="2025-03-07"), ["date_before_order"]),
            (pay(paid_on="2025-07-01"), ["date_out_of_range"]),
        ],
    )
    def test_what_does_not_fit_the_order_is_refused(
        self, command: PayOrder, codes: list[str]
    ) -> None:
        given(DECIDER, PLACED).when(command).then_refused(*codes)

    def test_twice_is_a_conflict(self) -> None:
        given(DECIDER, PLACED, PAID).when(pay()).then_refused("order_paid")

    def test_a_cancelled_order_is_a_conflict(self) -> None:
        given(DECIDER, PLACED, CANCELLED).when(pay()).then_refused("order_cancelled")

    def test_what_was_never_placed_is_not_found(self) -> None:
        given(DECIDER).when(pay()).then_refused("not_found")


class TestCancelling:
    def test_is_cancelled(self) -> None:
        given(DECIDER, PLACED).when(CANCEL).then(CANCELLED)

    def test_again_has_no_effect(self) -> None:
        again = CancelOrder(cancelled_on=TODAY, reason="other")
        given(DECIDER, PLACED, CANCELLED).when(again).then()

    def test_a_paid_order_is_a_conflict(self) -> None:
        given(DECIDER, PLACED, PAID).when(CANCEL).then_refused("order_paid")

    def test_before_the_order_is_refused(self) -> None:
        early = CancelOrder(cancelled_on=PLACED.placed_on - timedelta(days=1), reason="other")
        given(DECIDER, PLACED).when(early).then_refused("date_before_order")

    def test_tomorrow_is_refused(self) -> None:
        late = CancelOrder(cancelled_on=TODAY + timedelta(days=1), reason="other")
        given(DECIDER, PLACED).when(late).then_refused("date_out_of_range")

    def test_what_was_never_placed_is_not_found(self) -> None:
        given(DECIDER).when(CANCEL).then_refused("not_found")


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ((PLACED,), Status.PLACED),
        ((PLACED, PAID), Status.PAID),
        ((PLACED, CANCELLED), Status.CANCELLED),
    ],
)
def test_where_an_order_stands(
    events: tuple[OrderPlaced | OrderPaid | OrderCancelled, ...], status: Status
) -> None:
    order = DECIDER.fold(None, events)
    assert order is not None
    assert order.status is status
    stored = order.model_dump(mode="json")
    assert DECIDER.state_type.model_validate(stored) == order
