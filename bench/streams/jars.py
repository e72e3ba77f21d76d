"""The jars of Kafka Streams: pinned like those of the stack, and fetched for the comparison alone.

After changing `COORDINATES`, `python -m bench.streams.jars` rewrites the list.
"""

from pathlib import Path

from rich.console import Console

from console.stack.jars import KAFKA_VERSION, write_pins

PINS_FILE = Path(__file__).with_name("streams.sha256")
JAR_SET = "streams"
COORDINATES = {
    JAR_SET: [
        # The version of the broker's own clients. It brings RocksDB and Jackson.
        f"org.apache.kafka:kafka-streams:{KAFKA_VERSION}",
        "org.slf4j:slf4j-simple:1.7.36",
    ],
}

if __name__ == "__main__":
    write_pins(Console(), PINS_FILE, COORDINATES)
