"""The fold of this service: producers into figures. It decides nothing."""

from datetime import date

from chassis.folding.changes import Fact, Passed
from chassis.folding.fold import Cells, Change, Fold, Packed
from services.registry_metrics.domain import DEFINITION, UNKNOWN, Producer, evolve
from services.registry_metrics.outputs import ProducerFigures
from services.registry_metrics.reading import READINGS
from services.registry_metrics.settings import INPUTS, SERVICE


def _evolve(producer: Producer, fact: Fact, _: date) -> Change:
    if isinstance(fact.event, Passed):
        return producer, (), ()
    change = evolve(producer, fact.event)
    return change.producer, change.movements, ()


def _pack(producer: Producer, cells: Cells) -> Packed:
    return () if producer.cell is None else (cells.number_of(producer.cell),)


def _unpack(packed: Packed, cells: Cells) -> Producer:
    return Producer(cells.cell_of(packed[0])) if packed else UNKNOWN


PRODUCER_STATISTICS = Fold(
    name=SERVICE,
    fingerprint=DEFINITION,
    inputs=INPUTS,
    readings=READINGS,
    initial=UNKNOWN,
    evolve=_evolve,
    pack=_pack,
    unpack=_unpack,
    figures=ProducerFigures(),
)
