"""A shipment and its exporter, for tests."""

from datetime import date

from contracts.exports import DeclarationNumber, DeclaredGoods, ExporterStamp, ShipmentExported
from contracts.values import ProducerKind, WomenLed
from services.exports.commands import ExportShipment, GoodsStatement, RecordExport
from services.exports.examples import EXPORT_BODY, GOODS_BODY
from services.exports.goods import declared_goods

EXPORTED_ON = date(2025, 3, 14)
STAMP = ExporterStamp(
    producer_id=EXPORT_BODY["exporter_id"],
    registry_ordinal=1,
    kind=ProducerKind.COOPERATIVE,
    region="MA-08",
    women_led=WomenLed.YES,
)


def statement(**changes: object) -> GoodsStatement:
    """What a declarant says, with some of it changed."""
    return GoodsStatement.model_validate(GOODS_BODY | changes)


def goods(**changes: object) -> DeclaredGoods:
    return declared_goods(statement(**changes))


def record(stamp: ExporterStamp = STAMP, **changes: object) -> RecordExport:
    return RecordExport(
        shipment=ExportShipment.model_validate(EXPORT_BODY | changes), exporter=stamp
    )


def exported(stamp: ExporterStamp = STAMP) -> ShipmentExported:
    return ShipmentExported(
        declaration=DeclarationNumber(**EXPORT_BODY["declaration"], item=1),
        exporter=stamp,
        goods=goods(),
    )
