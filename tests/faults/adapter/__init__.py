"""All that these tests take from inside the service: a move of its modules is mended here alone.

Everything else about it goes through its environment, its topics and its HTTP interface. The
guards that controls take away are in `guards`, ledgers without a process in `ledgers`.
"""

from chassis.folding import batch as batch_module
from chassis.folding import failpoints
from chassis.folding.batch import BatchFold
from chassis.folding.changes import Fact
from chassis.folding.failpoints import EXIT_CODE, NAMES, NATIONAL_NAMES, VARIABLE
from chassis.folding.fold import Change, Fold
from chassis.folding.ledger import barriers, files, rows
from chassis.folding.ledger.aggregates import Aggregates
from chassis.folding.ledger.contributions import Contributions
from chassis.folding.ledger.files import LedgerLockedError, LedgerMismatchError
from chassis.folding.ledger.snapshots import UnsoundSnapshotError
from chassis.folding.ledger.states import StatesError
from chassis.folding.ledger.store import Ledger
from chassis.folding.national.deciding import Deciding
from chassis.folding.national.nation import Nation
from chassis.folding.publishing.charge import Role
from chassis.folding.publishing.out import Out
from chassis.folding.publishing.publisher import Publisher
from chassis.folding.publishing.succession import told_by, told_on_topic
from chassis.folding.reading.record import InputReader
from chassis.folding.running.partition import Partition
from chassis.folding.running.process import Folding
from chassis.folding.verifying import comparison
from console.generations.comparing import compared
from console.verifying import Verifiable, verified
from services.export_metrics.domain import figures, risk
from services.export_metrics.domain.events import Lost
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.settings import GENERATION, INPUTS, SERVICE
from services.export_metrics.settings import ExportMetricsSettings as Settings
from services.export_metrics.tests import events, sources
from services.export_metrics.tests import test_national as national
from services.export_metrics.tests.events import FakeRecord, Log
from services.export_metrics.tests.naive import NaiveFold
from services.export_metrics.tests.test_publisher import (
    LOG,
    Broker,
    FakeProducer,
    names,
    publishing,
)
from services.registry_metrics import domain as producers
from services.registry_metrics.fold import PRODUCER_STATISTICS
from services.registry_metrics.tests import events as registry
from tests.faults.adapter.guards import GUARDS, take_away
from tests.faults.adapter.ledgers import (
    DATABASE,
    MANIFEST,
    Folded,
    counted,
    decided,
    fold_batch,
    folded,
    ledger_path,
    opened,
    outputs,
    outputs_digest,
    prepared,
    snapshots_of,
)
from tests.faults.adapter.wrong_folds import WRONG_FOLDS

__all__ = [
    "DATABASE",
    "EXIT_CODE",
    "EXPORT_STATISTICS",
    "GENERATION",
    "GUARDS",
    "INPUTS",
    "LOG",
    "MANIFEST",
    "NAMES",
    "NATIONAL_NAMES",
    "PRODUCER_STATISTICS",
    "SERVICE",
    "VARIABLE",
    "WRONG_FOLDS",
    "Aggregates",
    "BatchFold",
    "Broker",
    "Change",
    "Contributions",
    "Deciding",
    "Fact",
    "FakeProducer",
    "FakeRecord",
    "Fold",
    "Folded",
    "Folding",
    "InputReader",
    "Ledger",
    "LedgerLockedError",
    "LedgerMismatchError",
    "Log",
    "Lost",
    "NaiveFold",
    "Nation",
    "Out",
    "Partition",
    "Publisher",
    "Role",
    "Settings",
    "StatesError",
    "UnsoundSnapshotError",
    "Verifiable",
    "arm",
    "barriers",
    "batch_module",
    "compared",
    "comparison",
    "counted",
    "decided",
    "events",
    "figures",
    "files",
    "fold_batch",
    "folded",
    "ledger_path",
    "names",
    "national",
    "opened",
    "outputs",
    "outputs_digest",
    "prepared",
    "producers",
    "publishing",
    "registry",
    "risk",
    "rows",
    "snapshots_of",
    "sources",
    "take_away",
    "told_by",
    "told_on_topic",
    "verified",
]


def arm(failpoint: str) -> None:
    """Have this process die at a failpoint, `name:nth` from now on."""
    failpoints._armed = failpoints.Failpoint(failpoint)
