"""The embedded stack: Kafka, a MongoDB-protocol store and the services, without Docker."""

from console.stack.errors import NotRunningError, StackError
from console.stack.plan import SERVICES, Options, Service
from console.stack.session import RunningStack, find, running, stop

__all__ = [
    "SERVICES",
    "NotRunningError",
    "Options",
    "RunningStack",
    "Service",
    "StackError",
    "find",
    "running",
    "stop",
]
