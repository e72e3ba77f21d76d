"""Published figures beside what the platform says: equal at the precision of the publication."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from console.demo import story
from console.demo.comparing import compared
from console.demo.platform import Platform
from console.demo.published import CLAIMS, LEFT_OUT, Claim, Question
from console.demo.unpaid import SUPERSEDED, WITHDRAWN, Default
from contracts.dates import EARLIEST

CLAIM = Claim("x", "Share", Decimal(44), "%", Question("2024", "share_percent", "partner", "US"))


async def said(share: str | None, partner: str = "US") -> tuple[bool, str]:
    """Whether the claim is found true when the platform answers so, and the reason if none."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert dict(request.url.params) == {"period": "2024", "by": "partner"}
        row: dict[str, Any] = {
            "group": {"partner": partner},
            "share_percent": share,
            "reasons": {} if share else {"share_percent": "total_not_positive"},
        }
        return httpx.Response(200, json={"rows": [row], "total": {}})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        (found,) = await compared(Platform(http, "http://metrics"), [CLAIM])
    return found.is_same, found.reason


@pytest.mark.parametrize(
    ("share", "is_same"), [("44.00", True), ("44.50", True), ("44.51", False), ("43.49", False)]
)
async def test_a_claim_is_compared_in_whole_numbers_rounded_half_to_even(
    share: str, is_same: bool
) -> None:
    assert await said(share) == (is_same, "")


async def test_no_value_is_told_with_its_reason() -> None:
    assert await said(None) == (False, "total_not_positive")
    assert await said("44.00", partner="FR") == (False, "no exports to US")


def test_every_published_figure_is_either_compared_or_left_out() -> None:
    def ids() -> Iterator[str]:
        yield from (claim.id for claim in CLAIMS)
        for left_out in LEFT_OUT:
            yield from left_out.ids

    assert len(list(ids())) == len(set(ids())) == 31
    assert "growth-ytd-nov-2025-a" not in {claim.id for claim in CLAIMS}


def test_the_default_to_tell_of_was_withdrawn_because_it_had_been_paid() -> None:
    def one(state: str, reason: str, exposed: int) -> Default:
        return Default("order/1", 1, EARLIEST, exposed, state, reason, EARLIEST)

    paid = one(WITHDRAWN, "paid-in-time", 5)
    found = [one(SUPERSEDED, "recovered", 9), one(WITHDRAWN, "disputed", 7), paid]
    assert story.chosen([*found, one(WITHDRAWN, "paid-in-time", 4)]) == paid
    assert story.chosen(found[:2]) == found[1]
    assert story.chosen(found[:1]) is None
    assert story.order_of(paid) == "order"
