"""What the fold publishes of its figures, as the contracts say it.

The text that the contracts' models write, which take ten times as long.
"""

from collections.abc import Sequence
from functools import lru_cache

from msgspec.json import Encoder

from contracts import topics
from contracts.export_metrics import (
    Contribution,
    Cursor,
    ExporterContribution,
    ExposureContribution,
    PartitionClosed,
)
from contracts.topic import Topic
from contracts.topics import EXPORTS_SHIPMENTS
from services.export_metrics.domain.exporters import ExporterCell, ExporterMovement
from services.export_metrics.domain.exposure import ExposureCell, ExposureMovement
from services.export_metrics.domain.figures import CellKey, Movement

_REMEMBERED = 65_536
_encode = Encoder().encode
AnyCell = CellKey | ExporterCell | ExposureCell


class ExportCells:
    """Value, mass, quantity and number of exports."""

    cell_type = CellKey
    measures = len(Movement._fields) - 1
    contribution_type = Contribution

    def contribution(
        self,
        generation: int,
        partition: int,
        day: str,
        cell: CellKey,
        measures: Sequence[int | None],
    ) -> tuple[str, bytes]:
        fob, grams, quantity, shipments = measures
        quantity_text = "" if quantity is None else f'"quantity_thousandths":{quantity},'
        numbers = (
            f'"fob_mad_centimes":{fob},"net_mass_grams":{grams},'
            f'{quantity_text}"shipments":{shipments}'
        )
        return _contribution(generation, partition, day, cell, numbers)


class ExporterCells:
    """What each exporter exported in each month."""

    cell_type = ExporterCell
    measures = len(ExporterMovement._fields) - 1
    contribution_type = ExporterContribution

    def contribution(
        self,
        generation: int,
        partition: int,
        day: str,
        cell: ExporterCell,
        measures: Sequence[int | None],
    ) -> tuple[str, bytes]:
        fob, shipments = measures
        numbers = f'"fob_mad_centimes":{fob},"shipments":{shipments}'
        return _contribution(generation, partition, day, cell, numbers)


class ExposureCells:
    """What each debtor owes."""

    cell_type = ExposureCell
    measures = len(ExposureMovement._fields) - 1
    contribution_type = ExposureContribution

    def contribution(
        self,
        generation: int,
        partition: int,
        day: str,
        cell: ExposureCell,
        measures: Sequence[int | None],
    ) -> tuple[str, bytes]:
        (owed,) = measures
        return _contribution(generation, partition, day, cell, f'"open_mad_centimes":{owed}')


class ExportFigures:
    """Contributions to the national figures."""

    rest_on = EXPORTS_SHIPMENTS
    kinds = (ExportCells(), ExporterCells(), ExposureCells())
    closed_type = PartitionClosed
    cursor_type = Cursor

    def statistics(self, generation: int) -> Topic:
        return topics.statistics(generation)

    def cursors(self, generation: int) -> Topic:
        return topics.cursors(generation)


def _contribution(
    generation: int, partition: int, day: str, cell: AnyCell, numbers: str
) -> tuple[str, bytes]:
    in_key, in_data = _texts(cell)
    data = (
        f'{{"generation":{generation},"partition":{partition},"knowledge_day":"{day}",'
        f'"cell":{in_data},{numbers}}}'
    )
    return f'["{partition}",{in_key},"{day}"]', data.encode()


@lru_cache(_REMEMBERED)
def _texts(cell: AnyCell) -> tuple[str, str]:
    """A cell as part of a record's key, and as JSON object."""
    in_key = ",".join(_encode(value or "").decode() for value in cell)
    stated = {name: value for name, value in cell._asdict().items() if value is not None}
    return in_key, _encode(stated).decode()
