"""Compiled code folds as the code in Python does, which it stands for."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.folding import native
from chassis.folding.batch import BatchFold
from chassis.folding.changes import Item, Known, Unread
from chassis.folding.tests.toy import COUNTING, COUNTS, OPENED, TODAY, counted, id_of
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


def folded(items: list[Item], cut: int) -> Any:
    batch = BatchFold(COUNTING, OPENED)
    batch.fold(list(enumerate(items[:cut])), NOTHING_KNOWN)
    return batch.fold(list(enumerate(items[cut:], cut)), NOTHING_KNOWN)


@given(st.lists(FACTS | UNREAD | MARKERS, max_size=40), st.integers(0, 40))
def test_items_are_folded_alike(items: list[Item], cut: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(native, "COMPILED", False)
        in_python = folded(items, cut)

    assert folded(items, cut) == in_python


@given(st.uuids(), st.integers(0, 255))
def test_ids_are_packed(id_: UUID, source: int) -> None:
    assert native.placing.id_bytes(str(id_)) == id_.bytes
    assert native.placing.keys_of(source, [str(id_)]) == [bytes((source,)) + id_.bytes]


@pytest.mark.parametrize(
    "text",
    ["", "x" * 36, "é" * 36, "8FE8AAAA-0000-1111-2222-0123456789AB", "-" * 36, "0" * 36, "0" * 32],
)
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no UUID"):
        native.placing.id_bytes(text)
