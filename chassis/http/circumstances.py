"""What a request says around its body: who sends it, under which key, as part of what."""

import hashlib
import re
import secrets
from datetime import date
from typing import Annotated
from uuid import NAMESPACE_URL, uuid5

from fastapi import Depends, Header, Request
from pydantic import BaseModel

from chassis.clock import Clock, local_day, start_of
from chassis.outbox import Circumstances
from contracts.envelope import SOURCE_PREFIX
from contracts.problem import Refusal, refused

AGGREGATE_IDS = uuid5(NAMESPACE_URL, f"{SOURCE_PREFIX}aggregates")
_TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_PRINTABLE = r"^[A-Za-z0-9._:/-]+$"

ClientId = Annotated[
    str,
    Header(
        alias="X-Client-Id", pattern=_PRINTABLE, max_length=64, description="who sends commands"
    ),
]
IdempotencyKey = Annotated[
    str | None,
    Header(alias="Idempotency-Key", pattern=_PRINTABLE, max_length=100),
]
CorrelationId = Annotated[
    str | None, Header(alias="X-Correlation-Id", pattern=_PRINTABLE, max_length=64)
]


def aggregate_id(kind: str, client_id: str, key: str) -> str:
    """The id of what a client creates under an idempotency key: the same whenever it is sent.

    One key names another aggregate for each `kind`, such as ``producer``.
    """
    return str(uuid5(AGGREGATE_IDS, f"{kind}|{client_id}|{key}"))


class Around:
    """The circumstances of one request, before it is known when its fact happened."""

    def __init__(
        self,
        request: Request,
        client_id: ClientId = "anonymous",
        idempotency_key: IdempotencyKey = None,
        correlation_id: CorrelationId = None,
        traceparent: Annotated[str | None, Header()] = None,
    ) -> None:
        self.client_id = client_id
        self.idempotency_key = idempotency_key
        self.correlation_id = correlation_id or secrets.token_hex(8)
        self.traceparent = _continued(traceparent)
        clock: Clock = request.app.state.clock
        self.now = clock.now()

    def required_key(self, line_key: str | None = None) -> str:
        """The idempotency key, of one line in a bulk request.

        Raises:
            RefusedError: the request has none.
        """
        if self.idempotency_key is None:
            raise refused(
                Refusal.INVALID, "idempotency_key_missing", "Idempotency-Key", "is required here"
            )
        return self.idempotency_key if line_key is None else f"{self.idempotency_key}:{line_key}"

    def circumstances(
        self, command: BaseModel, happened_on: date, *, key: str | None = None
    ) -> Circumstances:
        """Circumstances of a command about a day: now if that is today, else the day's start.

        A key is its client's own: another client may use the same one for something else.
        """
        today = happened_on == local_day(self.now)
        content = f"{type(command).__name__}{command.model_dump_json()}".encode()
        own_key = key or self.idempotency_key
        return Circumstances(
            recorded_at=self.now,
            occurred_at=self.now if today else start_of(happened_on),
            fingerprint=hashlib.sha256(content).hexdigest()[:32],
            idempotency_key=f"{self.client_id}|{own_key}" if own_key else None,
            correlation_id=self.correlation_id,
            traceparent=self.traceparent,
        )


RequestAround = Annotated[Around, Depends(Around)]


def _continued(traceparent: str | None) -> str:
    """The caller's trace with a span of ours, or a new trace (W3C Trace Context)."""
    span = secrets.token_hex(8)
    if traceparent and _TRACEPARENT.fullmatch(traceparent):
        _, trace, _, flags = traceparent.split("-")
        return f"00-{trace}-{span}-{flags}"
    return f"00-{secrets.token_hex(16)}-{span}-01"
