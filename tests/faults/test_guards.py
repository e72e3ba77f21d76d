"""Each guard of publishing taken away: the damage that it prevents is then seen, and with it none.

So the observers of the other tests are no decoration: what they look for does come about.
"""

from pathlib import Path

import pytest

from tests.faults.adapter import GUARDS, Ledger, opened, publishing
from tests.faults.fencing import TRIGGERS, FencingBroker, fold, published
from tests.faults.guarded import guarded


@guarded
async def test_a_ledger_behind_the_cursor_is_silent(
    guarded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = FencingBroker()
    await published(tmp_path / "owner", broker, 4)
    if not guarded:
        monkeypatch.setattr(*GUARDS["what is behind the cursor is silent"])

    await published(tmp_path / "heir", broker, 2)

    assert broker.went_back() is not guarded


@guarded
async def test_triggers_before_the_cursor_are_dropped(
    guarded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = FencingBroker()
    await published(tmp_path / "owner", broker, 3)
    if not guarded:
        monkeypatch.setattr(*GUARDS["triggers before the cursor are dropped"])

    await published(tmp_path / "heir", broker, 4)

    assert (broker.said_again() == 0) is guarded


@guarded
async def test_the_cursor_is_read(guarded: bool, tmp_path: Path) -> None:
    broker = FencingBroker(forgets=not guarded)
    await published(tmp_path / "owner", broker, 3)

    await published(tmp_path / "heir", broker, 4)

    assert (broker.said_again() == 0) is guarded


@guarded
async def test_a_former_owner_is_fenced(guarded: bool, tmp_path: Path) -> None:
    broker = FencingBroker(fences=guarded)
    zombie = opened(tmp_path / "zombie", 3)
    async with publishing(zombie, broker) as publisher:
        await publisher.cursor_known.wait()
        await published(tmp_path / "heir", broker, 3)

        fold(zombie, 0, 4)
        publisher.wake()
        await broker.transactions(2)

    assert (broker.said_again() == 0) is guarded


@guarded
async def test_the_cursor_is_read_after_fencing(
    guarded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The former owner commits once more while the heir's producer is about to start."""
    broker = FencingBroker()
    former = opened(tmp_path / "owner", 3)
    async with publishing(former, broker) as owner:
        await owner.cursor_known.wait()

        async def commit_once_more() -> None:
            fold(former, 0, 3)
            owner.wake()
            await broker.transactions(1)

        broker.meanwhile = commit_once_more
        if not guarded:
            monkeypatch.setattr(*GUARDS["the cursor is read after fencing"])

        await published(tmp_path / "heir", broker, 4)

    assert (broker.said_again() == 0) is guarded


@guarded
async def test_a_transaction_has_all_that_is_due_to_its_cursor(
    guarded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = FencingBroker()
    if not guarded:
        monkeypatch.setattr(*GUARDS["a transaction has all that is due"])

    await published(tmp_path / "owner", broker, 4)

    assert (broker.triggers().keys() == set(TRIGGERS)) is guarded


@pytest.mark.parametrize("absolute", [True, False])
async def test_contributions_are_absolute(
    absolute: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An owner that dies before it noted that they are out sends them again. To a reader that
    takes each for the whole total this is nothing; one that adds them up counts twice."""
    broker = FencingBroker()
    monkeypatch.setattr(Ledger, "mark_published", lambda *_: None)
    for end in (2, 3):
        await published(tmp_path / "owner", broker, end)

    said = broker.contributions()
    totals = {each.record_key(): each for each in said}.values() if absolute else said

    assert len(said) > 1
    assert (sum(each.shipments for each in totals) == 1) is absolute
