"""Of very many contributions some go out before the cursor, and nothing else does."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.folding.ledger.contributions import ContributionRow
from chassis.folding.ledger.store import Ledger, Unpublished
from chassis.folding.publishing.charge import Role
from chassis.folding.publishing.parts import in_parts
from chassis.folding.publishing.sending import Producer
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.tests import test_publisher
from services.export_metrics.tests.events import Log, exported, goods, lost, uuid_of
from services.export_metrics.tests.test_fold_properties import fold_into
from services.export_metrics.tests.test_publisher import (
    SETTINGS,
    Broker,
    FakeProducer,
    names,
    publishing,
)

CELLS = 5
LOG = Log().opened()
for cell in range(CELLS):
    LOG = LOG.append(uuid_of(f"{cell}"), 1, exported(goods(5, month=f"2026-0{1 + cell}")))
LOG = LOG.append(uuid_of("0"), 2, lost())
EARLY = ["Contribution", "ExporterContribution"] * 2
LAST = [*EARLY[:2], "PartitionClosed", "RiskTriggerConstituted", "Cursor"]


@dataclass
class Breaking(Broker):
    """The outcome of one commit is not known: that after so many others."""

    after: int = 0

    def new_producer(self, role: Role) -> Producer:
        producer = super().new_producer(role)
        return BreakingProducer(self) if self.started == 0 else producer


@dataclass
class BreakingProducer(FakeProducer):
    async def commit_transaction(self) -> None:
        assert isinstance(self.broker, Breaking)
        self.broker.failures = int(len(self.broker.committed) == self.broker.after)
        await super().commit_transaction()


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """Of five contributions of either kind and a trigger. Four fit into a transaction."""
    few = SETTINGS.model_copy(update={"transaction_outputs": 4})
    monkeypatch.setattr(test_publisher, "SETTINGS", few)
    ledger = Ledger(EXPORT_STATISTICS, tmp_path, 1, 3)
    fold_into(ledger, LOG, 0, len(LOG.records))
    return ledger


async def test_all_but_contributions_goes_with_the_cursor(ledger: Ledger) -> None:
    broker = Broker()

    async with publishing(ledger, broker):
        await broker.transactions(3)

    assert [names(each) for each in broker.committed] == [EARLY, EARLY, LAST]
    said = [data for each in broker.committed for _, _, data in each if "cell" in data]
    assert len({str(data["cell"]) for data in said}) == len(said) == 2 * CELLS


@pytest.mark.parametrize("committed", range(3))
async def test_what_failed_between_the_parts_is_all_said_again(
    ledger: Ledger, committed: int
) -> None:
    """Contributions twice, which changes nothing; the trigger once."""
    broker = Breaking(after=committed)

    async with publishing(ledger, broker):
        await broker.transactions(committed + 3)

    assert broker.started == 2
    said = [names(each) for each in broker.committed]
    assert said == [*[EARLY, EARLY, LAST][:committed], EARLY, EARLY, LAST]


ROWS = st.lists(st.integers(), max_size=30).map(
    lambda numbers: [ContributionRow("cell", "2026-03-02", (each,)) for each in numbers]
)


@given(ROWS, st.integers(1, 12))
def test_nothing_is_cut_off(rows: list[ContributionRow], most: int) -> None:
    whole = Unpublished(7, {}, None, rows, [], None, closings_changed=False)

    early, rest = in_parts(whole, most)

    assert [row for part in early for row in part] + rest.contributions == rows
    assert rest._replace(contributions=rows) == whole
    assert all(len(part) == most for part in early)
    assert len(rest.contributions) <= most
    assert bool(rest.contributions) == bool(rows)
