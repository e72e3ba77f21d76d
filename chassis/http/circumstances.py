"""What a request says around its body: who sends it, under which key, as part of what."""

import hashlib
import re
import secrets
from datetime import datetime
from typing import Annotated
from uuid import NAMESPACE_URL, uuid5

from fastapi import Depends, Header, Request

from chassis.clock import Clock
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
        self._clock: Clock = request.app.state.clock

    def required_key(self) -> str:
        """The idempotency key. Raises RefusedError when there is none."""
        if self.idempotency_key is None:
            raise refused(
                Refusal.INVALID, "idempotency_key_missing", "Idempotency-Key", "is required here"
            )
        return self.idempotency_key

    def new_id(self) -> str:
        """The id of what this request creates: the same whenever it is sent again."""
        return str(uuid5(AGGREGATE_IDS, f"{self.client_id}|{self.required_key()}"))

    def now(self) -> datetime:
        return self._clock.now()

    def circumstances(
        self, body: bytes, occurred_at: datetime, *, key: str | None = None
    ) -> Circumstances:
        """Circumstances of a command. `body` is what the same command always says the same."""
        return Circumstances(
            recorded_at=self._clock.now(),
            occurred_at=occurred_at,
            fingerprint=hashlib.sha256(body).hexdigest()[:32],
            idempotency_key=key or self.idempotency_key,
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
