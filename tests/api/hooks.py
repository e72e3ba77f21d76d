"""What Schemathesis is told about these interfaces beyond its configuration."""

from typing import Any

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines(_: schemathesis.SerializationContext, value: Any) -> bytes:
    """A body of lines is described as one text."""
    return str(value).encode("utf-8", errors="surrogatepass")
