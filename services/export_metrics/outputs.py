"""What the fold publishes of its figures, as the contracts say it."""

from collections.abc import Sequence
from functools import lru_cache

from msgspec.json import Encoder

from contracts import topics
from contracts.export_metrics import Contribution, Cursor, PartitionClosed
from contracts.topics import EXPORTS_SHIPMENTS, Topic
from services.export_metrics.domain.figures import CellKey, Movement

_REMEMBERED = 65_536
_encode = Encoder().encode


class ExportFigures:
    """Contributions to the national export figures."""

    rest_on = EXPORTS_SHIPMENTS
    cell_type = CellKey
    measures = len(Movement._fields) - 1
    contribution_type = Contribution
    closed_type = PartitionClosed
    cursor_type = Cursor

    def statistics(self, generation: int) -> Topic:
        return topics.statistics(generation)

    def cursors(self, generation: int) -> Topic:
        return topics.cursors(generation)

    def contribution(
        self,
        generation: int,
        partition: int,
        day: str,
        cell: CellKey,
        measures: Sequence[int | None],
    ) -> tuple[str, bytes]:
        """The text that the contract's model writes, which takes ten times as long."""
        in_key, in_data = _texts(cell)
        fob, grams, quantity, shipments = measures
        quantity_text = "" if quantity is None else f'"quantity_thousandths":{quantity},'
        data = (
            f'{{"generation":{generation},"partition":{partition},"knowledge_day":"{day}",'
            f'"cell":{in_data},"fob_mad_centimes":{fob},"net_mass_grams":{grams},'
            f'{quantity_text}"shipments":{shipments}}}'
        )
        return f'["{partition}",{in_key},"{day}"]', data.encode()


@lru_cache(_REMEMBERED)
def _texts(cell: CellKey) -> tuple[str, str]:
    """A cell as part of a record's key, and as JSON object."""
    in_key = ",".join(_encode(value or "").decode() for value in cell)
    stated = {name: value for name, value in cell._asdict().items() if value is not None}
    return in_key, _encode(stated).decode()
