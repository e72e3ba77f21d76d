"""A MongoDB-protocol server in one file on disk, for one machine and for evaluation.

mongo-java-server with its H2 backend, run inside this Python process: its own launcher reports a
protocol version that current drivers refuse, and opens H2 with a commit delay of a second.

Run as `python -m console.stack.document_store --path FILE --port PORT`; SIGTERM or SIGINT stops it
cleanly.
"""

import argparse
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jpype

from console.stack.java import COMMON_OPTIONS, LIBJVM
from console.stack.pins import classpath

HEAP = "512m"
# What MongoDB 7.0 says of itself: new enough for current drivers, and they ask for no more.
VERSION = (7, 0, 0)
WIRE_VERSION = 21
# H2 writes to disk this many milliseconds after a change. Its default of a second loses a quarter
# of what was acknowledged before a hard kill; this one loses single writes, at the same speed.
AUTO_COMMIT_DELAY_MS = 10
CACHE_MB = 128
STOP_SIGNALS = {signal.SIGTERM, signal.SIGINT}


def start_jvm() -> None:
    """Start the Java machine inside this process, with signals left to Python (`-Xrs`)."""
    jpype.startJVM(
        "-Xrs",
        f"-Xmx{HEAP}",
        *COMMON_OPTIONS,
        jvmpath=str(LIBJVM),
        classpath=classpath("store").split(":"),
        convertStrings=False,
    )


def serve(path: Path, port: int) -> Callable[[], None]:
    """Serve the file at `path` on 127.0.0.1:`port`; the function returned closes it cleanly."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mvstore_builder = jpype.JClass("org.h2.mvstore.MVStore").Builder
    store = mvstore_builder().fileName(str(path)).cacheSize(CACHE_MB).open()
    store.setAutoCommitDelay(AUTO_COMMIT_DELAY_MS)
    backend = jpype.JClass("de.bwaldvogel.mongo.backend.h2.H2Backend")(store)
    backend.version(_mongo_version())
    server = jpype.JClass("de.bwaldvogel.mongo.MongoServer")(backend)
    server.bind("127.0.0.1", port)
    shutdown: Callable[[], None] = server.shutdownNow  # closes the file too
    return shutdown


def _mongo_version() -> Any:
    version_array = jpype.JClass("java.util.ArrayList")()
    for part in VERSION:
        version_array.add(jpype.JClass("java.lang.Integer").valueOf(part))

    @jpype.JImplements("de.bwaldvogel.mongo.MongoVersion")
    class MongoVersion:
        """The interface's names, not ours."""

        @jpype.JOverride  # type: ignore[untyped-decorator] # jpype has no types
        def getVersionArray(self) -> Any:  # noqa: N802 - Java's name
            return version_array

        @jpype.JOverride  # type: ignore[untyped-decorator] # jpype has no types
        def toVersionString(self) -> str:  # noqa: N802 - Java's name
            return ".".join(map(str, VERSION))

        @jpype.JOverride  # type: ignore[untyped-decorator] # jpype has no types
        def getWireVersion(self) -> int:  # noqa: N802 - Java's name
            return WIRE_VERSION

    return MongoVersion()


def main() -> None:
    """Serve until a stop signal comes."""
    parser = argparse.ArgumentParser(prog="python -m console.stack.document_store")
    parser.add_argument("--path", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    # Blocked before the Java threads start, so that they inherit it and only sigwait gets them.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    start_jvm()
    close = serve(arguments.path, arguments.port)
    signal.sigwait(STOP_SIGNALS)
    close()


if __name__ == "__main__":
    main()
