"""Correcting the data of an event on the command line."""

import json
from typing import Any

import pytest

from console.quarantine.correction import corrected, parsed
from console.quarantine.errors import QuarantineError

BODY: dict[str, Any] = {"goods": {"partner": "France", "lines": [{"price": 1}, {"price": 2}]}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("goods.partner=FR", {"goods": {"partner": "FR", "lines": BODY["goods"]["lines"]}}),
        ("goods.lines.1.price=12.50", ["1", "12.50"]),
        ("goods.lines.1.price:=7", ["1", 7]),
        ("goods.lines.0:=null", None),
        ("reason=a=b", {"reason": "a=b"}),
        ("reason=", {"reason": ""}),
        ("new:=[1]", {"new": [1]}),
    ],
)
def test_a_value_is_set(text: str, expected: object) -> None:
    before = json.dumps(BODY)

    result = corrected(BODY, set_=[text])

    match expected:
        case dict():
            assert result == BODY | expected
        case [_, price]:
            assert result["goods"]["lines"] == [{"price": 1}, {"price": price}]
        case _:
            assert result["goods"]["lines"] == [None, {"price": 2}]
    assert json.dumps(BODY) == before, "the original stays as it was"


def test_without_corrections_it_stays() -> None:
    assert corrected(BODY) == BODY


def test_a_value_is_left_out() -> None:
    assert corrected(BODY, set_=["x=1"], unset=["goods.lines", "x"]) == {
        "goods": {"partner": "France"}
    }


@pytest.mark.parametrize(
    ("set_", "unset", "option"),
    [
        ("goods.partner", None, "--set"),
        ("=FR", None, "--set"),
        ("goods..partner=FR", None, "--set"),
        ("goods.fob.amount=1", None, "--set"),
        ("goods.lines.2=1", None, "--set"),
        ("goods.lines.x=1", None, "--set"),
        ("goods.partner.name=1", None, "--set"),
        ("goods.partner:=FR", None, "--set"),
        (f"goods:={'[' * 100_000}", None, "--set"),
        (None, "goods.fob", "--unset"),
        (None, "goods.lines.0", "--unset"),
        (None, "a.b", "--unset"),
    ],
)
def test_what_cannot_be_done_names_its_option(
    set_: str | None, unset: str | None, option: str
) -> None:
    with pytest.raises(QuarantineError) as raised:
        corrected(BODY, set_=[set_] if set_ else [], unset=[unset] if unset else [])
    assert raised.value.option == option


def test_data_that_cannot_be_read_are_given_whole() -> None:
    with pytest.raises(QuarantineError) as raised:
        corrected(None)
    assert raised.value.option == "--body"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000])
def test_only_an_object_is_data(text: str) -> None:
    with pytest.raises(QuarantineError) as raised:
        parsed(text)
    assert raised.value.option == "--body"
    assert parsed('{"a": 1}') == {"a": 1}
