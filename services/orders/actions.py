"""What an order can be told once it is placed: routes, and what a bulk line may do."""

from chassis.http.actions import Action
from services.orders import examples
from services.orders.commands import (
    CancelOrder,
    ExtendPayment,
    IssueInvoice,
    OpenDispute,
    OrdersCommand,
    PayOrder,
    RateOrder,
    RecordFailedPayment,
    RecordPayment,
    RefundOrder,
    SettleDispute,
)

ACTIONS: tuple[Action[OrdersCommand], ...] = (
    Action(
        do="pay",
        path="pay",
        command=PayOrder,
        happened_on="paid_on",
        summary="The order was paid in full, without an invoice.",
        examples=examples.PAY,
    ),
    Action(
        do="cancel",
        path="cancel",
        command=CancelOrder,
        happened_on="cancelled_on",
        summary="The order will not be fulfilled: its unpaid invoices are void. "
        "Cancelling again changes nothing.",
        examples=examples.CANCEL,
    ),
    Action(
        do="invoice",
        path="invoices",
        command=IssueInvoice,
        happened_on="issued_on",
        summary="The seller asks for payment of all or a part of the order's total.",
        examples=examples.INVOICE,
    ),
    Action(
        do="record-payment",
        path="payments",
        command=RecordPayment,
        happened_on="received_on",
        summary="Money for an invoice arrived. With the last of it, the order is paid.",
        examples=examples.PAYMENT,
    ),
    Action(
        do="record-failed-payment",
        path="failed-payments",
        command=RecordFailedPayment,
        happened_on="failed_on",
        summary="An attempt to pay failed, for good or to be tried again.",
        examples=examples.FAILED_PAYMENT,
    ),
    Action(
        do="extend",
        path="extensions",
        command=ExtendPayment,
        happened_on="extended_on",
        summary="Seller and buyer agreed that an invoice is due later.",
        examples=examples.EXTENSION,
    ),
    Action(
        do="open-dispute",
        path="disputes",
        command=OpenDispute,
        happened_on="opened_on",
        summary="The buyer disputes an unpaid invoice.",
        examples=examples.DISPUTE,
    ),
    Action(
        do="settle-dispute",
        path="settlements",
        command=SettleDispute,
        happened_on="settled_on",
        summary="A dispute is over; what is credited is due no more.",
        examples=examples.SETTLEMENT,
    ),
    Action(
        do="refund",
        path="refunds",
        command=RefundOrder,
        happened_on="refunded_on",
        summary="Some of a payment went back to the buyer.",
        examples=examples.REFUND,
    ),
    Action(
        do="rate",
        path="ratings",
        command=RateOrder,
        happened_on="rated_on",
        summary="The buyer rates an order that is paid or invoiced, from 1 to 5.",
        examples=examples.RATING,
    ),
)
