"""The national fold of this service: who takes part in exports, and what is owed for them."""

from collections.abc import Callable

from msgspec import Struct
from msgspec.json import Decoder
from msgspec.structs import astuple

from chassis.folding.national.fold import Contributed, NationalFold, Subject
from contracts import topics
from contracts.nation import NationalDayClosed
from contracts.topics import EXPORTS_SHIPMENTS
from services.export_metrics.domain.exporters import ExporterCell
from services.export_metrics.domain.exposure import EXPOSURE, Exposure, ExposureCell
from services.export_metrics.domain.participation import PARTICIPATION, Participation
from services.export_metrics.outputs import ExporterCells, ExportFigures, ExposureCells
from services.export_metrics.settings import INPUTS, SERVICE


class _Exported(Struct):
    knowledge_day: str
    cell: "_Exporter"
    fob_mad_centimes: int
    shipments: int


class _Exporter(Struct):
    """The dimensions, in the order of ExporterCell."""

    month: str
    exporter: str
    region: str
    exporter_kind: str
    women_led: str


class _Owed(Struct):
    knowledge_day: str
    cell: "_Debtor"
    open_mad_centimes: int


class _Debtor(Struct):
    """The dimensions, in the order of ExposureCell."""

    debtor: str
    country: str


def _reading(
    form: type[Struct], cell_type: Callable[..., object]
) -> Callable[[bytes], Contributed]:
    """Contributions are this service's own records: no more is asked of them than their types."""
    decode = Decoder(form).decode

    def read(data: bytes) -> Contributed:
        day, cell, *measures = astuple(decode(data))
        return Contributed(day, cell_type(*astuple(cell)), tuple(measures))

    return read


NATIONAL = NationalFold(
    name=SERVICE,
    figures=ExportFigures(),
    topic=topics.national,
    closed_type=NationalDayClosed,
    subjects=(
        Subject(
            PARTICIPATION,
            ExporterCells(),
            rests_on=(EXPORTS_SHIPMENTS,),
            read=_reading(_Exported, ExporterCell),
            account=Participation,
        ),
        Subject(
            EXPOSURE,
            ExposureCells(),
            rests_on=INPUTS,
            read=_reading(_Owed, ExposureCell),
            account=Exposure,
        ),
    ),
)
