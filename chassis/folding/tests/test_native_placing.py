"""Compiled code folds as the code in Python does, which it stands for."""

import runpy
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.folding import batch, native, sums
from chassis.folding.batch import BatchFold
from chassis.folding.changes import Fact, Item, Known, Unread
from chassis.folding.fold import Change, Fold
from chassis.folding.tests.toy import (
    COUNTING,
    COUNTS,
    OPENED,
    TODAY,
    Cell,
    Counted,
    Moved,
    Sum,
    counted,
    id_of,
)
from contracts.event import DayClosed

pytestmark = pytest.mark.skipif(not native.COMPILED, reason="there was no C compiler")
FACTS = st.builds(
    counted, st.integers(1, 4), st.integers(1, 5), st.sampled_from("xyz"), st.integers(-2, 2)
)
UNREAD = st.builds(
    lambda counter: Unread(id_of(counter), 1, id_of("broken"), "type", id_of(counter), "broken"),
    st.integers(1, 4),
)
MARKERS = st.just(DayClosed(topic=COUNTS.name, previous=OPENED, through=TODAY))
NOTHING_KNOWN = Known(None, {}, {})


def folded(items: list[Item], cut: int, fold: Fold = COUNTING) -> Any:
    parts = BatchFold(fold, OPENED)
    parts.fold(list(enumerate(items[:cut])), NOTHING_KNOWN)
    return parts.fold(list(enumerate(items[cut:], cut)), NOTHING_KNOWN)


@given(st.lists(FACTS | UNREAD | MARKERS, max_size=40), st.integers(0, 40))
def test_items_are_folded_alike(items: list[Item], cut: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(native, "COMPILED", False)
        patched.setattr(batch, "id_bytes", lambda id_: UUID(id_).bytes)
        in_python = folded(items, cut)

    assert folded(items, cut) == in_python


class Half(NamedTuple):
    """Measures of which one is not always known."""

    cell: Cell
    by: int
    known: int | None


def with_unknowns(state: Sum, fact: Fact, day: date) -> Change:
    """Decisions of some events, and measures that are not known."""
    after, movements, _ = COUNTING.evolve(state, fact, day)
    moved: Moved = fact.event
    assert movements == (moved,)
    known = None if moved.by < 0 else moved.by
    said = (Counted(name="z", by=0),) if moved.cell.name == "z" else ()
    return after, (Half(moved.cell, moved.by, known),), said


@given(st.lists(FACTS | UNREAD | MARKERS, max_size=40), st.integers(0, 40))
def test_decisions_and_unknown_measures_are_folded_alike(items: list[Item], cut: int) -> None:
    fold = replace(COUNTING, evolve=with_unknowns)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(native, "COMPILED", False)
        in_python = folded(items, cut, fold)

    assert folded(items, cut, fold) == in_python


@pytest.mark.parametrize("movement", [["cell", 1], ("cell",), object()])
def test_a_fold_that_is_wrong_raises(movement: Any) -> None:
    """It does not end the process: what a fold gives is looked at."""
    right = counted("a", 1, "x").event
    fold = replace(COUNTING, evolve=lambda state, fact, day: (state, (right, movement), ()))
    shorter = replace(COUNTING, evolve=lambda state, fact, day: (state, (right, right[:1]), ()))

    for wrong in (fold, shorter) if movement != ("cell",) else (shorter,):
        with pytest.raises((TypeError, ValueError)):
            folded([counted("a", 1, "x")], 0, wrong)


MEASURES = st.none() | st.integers()


@given(st.lists(st.tuples(MEASURES, MEASURES)))
def test_sums_are_the_same(measures: list[tuple[int | None, int | None]]) -> None:
    one, other = (("cell", *(pair[which] for pair in measures)) for which in (0, 1))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(native, "COMPILED", False)
        in_python = runpy.run_path(sums.__file__)["sum_of"]

    assert in_python is not sums.sum_of
    assert sums.sum_of(one, other) == in_python(one, other)
    for sum_of in (sums.sum_of, in_python):
        with pytest.raises(ValueError, match=r"measures|argument"):
            sum_of(one, (*other, 1))


@given(st.uuids(), st.integers(0, 255))
def test_ids_are_packed(id_: UUID, source: int) -> None:
    assert native.placing.id_bytes(str(id_)) == id_.bytes
    assert native.placing.keys_of(source, [str(id_)]) == [bytes((source,)) + id_.bytes]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x" * 36,
        "é" * 36,
        "8FE8AAAA-0000-1111-2222-0123456789AB",
        "-" * 36,
        "0" * 36,
        "0" * 32,
    ],
)
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no UUID"):
        native.placing.id_bytes(text)
