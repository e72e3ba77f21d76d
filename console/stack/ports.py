"""The ports of a stack: all on loopback, counted from one base."""

import os
import socket
from collections.abc import Iterable

from console.stack.errors import StackError

DEFAULT_BASE = 18400
BROKER, CONTROLLER, STORE, MAILBOX = 0, 1, 2, 3
HIGHEST_OFFSET = 99


def require_free(ports: Iterable[tuple[int, str]]) -> None:
    """Raise StackError for the first `(port, what it is for)` that cannot be listened on."""
    for port, purpose in ports:
        if not 0 < port < 2**16:
            raise StackError(f"port {port} ({purpose}) does not exist: choose another --port-base")
        try:
            _bind(port).close()
        except OSError as error:
            raise StackError(
                f"port {port} ({purpose}) is taken ({error.strerror}): "
                "--port-base moves all ports of the stack"
            ) from error


def free_base(offsets: Iterable[int]) -> int:
    """A base whose ports are all free now, for stacks of tests.

    It lies below the range from which systems give out ports for outgoing connections, and where
    the search begins depends on the process, so that parallel test runs seldom meet.
    """
    wanted = list(offsets)
    bases = list(range(20000, 32000, HIGHEST_OFFSET + 1))
    first = os.getpid() % len(bases)
    for base in [*bases[first:], *bases[:first]]:
        try:
            require_free((base + offset, "") for offset in wanted)
        except StackError:
            continue
        return base
    raise StackError("no free ports between 20000 and 32000")


def _bind(port: int) -> socket.socket:
    listener = socket.socket()
    # As servers do, so that a port of a stack that has just ended does not count as taken.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener
