"""A subscriber written in Java with Kafka's own client reads what we write, and agrees on keys."""

import subprocess
from pathlib import Path

import pytest
from rich.console import Console

from console.stack import pins
from console.stack.jars import ensure_jars
from console.stack.java import compile_java, java_command
from tests.other_languages import bus
from tests.topics import new_topic

pytestmark = pytest.mark.integration
SOURCES = sorted((Path(__file__).parent / "java_subscriber").glob("*.java"))


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the compiled classes."""
    ensure_jars(Console(stderr=True))
    folder = tmp_path_factory.mktemp("java")
    compile_java(SOURCES, pins.classpath("kafka"), folder)
    return folder


def run(program: Path, *arguments: str) -> list[bus.Record]:
    classpath = f"{program}:{pins.classpath('kafka')}"
    done = subprocess.run(
        java_command(program / "java.options", classpath, "256m", *arguments),
        capture_output=True,
        text=True,
        timeout=bus.PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return bus.records_of(done.stdout)


def test_every_golden_example_is_read(program: Path, kafka_url: str) -> None:
    golden = bus.golden_examples()
    topic = bus.topic_with_examples(kafka_url)
    found = run(program, "Read", kafka_url, topic, str(len(golden)))
    assert bus.comparable(found) == bus.comparable(golden)


def test_its_default_partitioner_finds_our_partitions(program: Path, kafka_url: str) -> None:
    expected = {vector["key"]: vector["partition"] for vector in bus.golden_partitions()}
    topic = new_topic(kafka_url).name

    found = run(program, "Partitions", kafka_url, topic, str(bus.GOLDEN_PARTITIONS))

    assert {vector["key"]: vector["hash"] for vector in found} == {
        vector["key"]: vector["murmur2"] for vector in bus.golden_partitions()
    }
    assert {vector["key"]: vector["computed"] for vector in found} == expected
    assert {vector["key"]: vector["byDefault"] for vector in found} == expected


@pytest.mark.parametrize(
    ("isolation", "expected"),
    [(["read_committed"], ["first", "last"]), ([], ["first", "aborted", "last"])],
    ids=["committed", "as it comes"],
)
def test_what_was_aborted_is_read_unless_forbidden(
    program: Path, kafka_url: str, isolation: list[str], expected: list[str]
) -> None:
    """Java reads uncommitted records by default: the pages tell its users to forbid it."""
    topic = bus.topic_with_an_aborted_record(kafka_url)
    found = run(program, "Read", kafka_url, topic, str(len(expected)), *isolation)
    assert [record["value_text"] for record in found] == expected
