"""What a shipment can be told once it is exported: routes, and what a bulk line may do."""

from chassis.http.actions import Action
from services.exports import examples
from services.exports.commands import (
    AmendDeclaration,
    CancelDeclaration,
    DeliverShipment,
    ExportsCommand,
    ReportDamage,
    ReportDelay,
    ReportLoss,
)

ACTIONS: tuple[Action[ExportsCommand], ...] = (
    Action(
        do="deliver",
        path="deliver",
        command=DeliverShipment,
        happened_on="delivered_on",
        summary="The shipment arrived; one given up as lost was found.",
        examples=examples.DELIVER,
    ),
    Action(
        do="delay",
        path="delay",
        command=ReportDelay,
        happened_on="noticed_on",
        summary="The shipment will arrive later; a later notice replaces an earlier one.",
        examples=examples.DELAY,
    ),
    Action(
        do="lose",
        path="lose",
        command=ReportLoss,
        happened_on="noticed_on",
        summary="The carrier gave the shipment up.",
        examples=examples.LOSE,
    ),
    Action(
        do="damage",
        path="damage",
        command=ReportDamage,
        happened_on="surveyed_on",
        summary="A survey found damage; a later survey replaces an earlier one.",
        examples=examples.DAMAGE,
    ),
    Action(
        do="amend",
        path="amend",
        command=AmendDeclaration,
        happened_on="amended_on",
        summary="The declaration is replaced as a whole; its identity and its exporter stay.",
        examples=examples.AMEND,
    ),
    Action(
        do="cancel",
        path="cancel",
        command=CancelDeclaration,
        happened_on="cancelled_on",
        summary="The declaration was void: nothing was exported.",
        examples=examples.CANCEL,
    ),
)
