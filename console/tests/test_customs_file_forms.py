"""The forms of numbers and ids are those of the contracts and of an independent reading."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from console.customs_file import Invalid, Reason, Row, Scope, classify
from console.customs_file.decimals import Fault, parse
from contracts.values import OfficeCode, Reference
from tests.independent_count import number_problem


@given(st.text("0123456789.,eE+-naifsNIty _\u0661", max_size=12), st.integers(1, 5))
def test_two_readings_of_a_number_agree(text: str, digits: int) -> None:
    number = parse(text, digits, digits)

    assert number_problem(text, digits, digits) == (number if isinstance(number, Fault) else None)


@given(st.text("aZ09._/- é", max_size=66) | st.integers(0, 66).map(lambda n: "x" * n))
def test_ids_have_the_forms_of_the_contracts(text: str) -> None:
    row = Row(2, "", text, "2020-02-29", text, "10", "QLRUBN9", "", "570110", "FR", "1.5", "9.9")
    verdict = classify(row, Scope.ALL, date(2021, 4, 1))
    reasons = verdict.reasons if isinstance(verdict, Invalid) else ()

    assert (Reason.DECLARATION_ID_MALFORMED not in reasons) == conforms(
        TypeAdapter(Reference), text
    )
    assert (Reason.OFFICE_MALFORMED not in reasons) == conforms(TypeAdapter(OfficeCode), text)


def conforms(form: TypeAdapter[str], text: str) -> bool:
    try:
        form.validate_python(text)
    except ValidationError:
        return False
    return True
