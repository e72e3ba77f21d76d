"""The shortest code that reads a topic rightly. The tests run what stands on the pages."""

PYTHON = """\
import asyncio, json, os
from aiokafka import AIOKafkaConsumer  # pip install "aiokafka[lz4]"


async def main():
    async with AIOKafkaConsumer(
        "{topic}",
        bootstrap_servers=os.environ["ZARBIA_KAFKA"],
        group_id="my-office",  # the broker keeps your place under this name
        auto_offset_reset="earliest",  # the first time: from the beginning
        isolation_level="read_committed",
    ) as consumer:
        async for record in consumer:
            headers = {{name: raw.decode(errors="replace") for name, raw in record.headers}}
            print({python_print})


asyncio.run(main())
"""

JAVASCRIPT = """\
import kafkajs from 'kafkajs'; // npm install kafkajs lz4-napi
import lz4 from 'lz4-napi';

const {{ Kafka, CompressionCodecs, CompressionTypes }} = kafkajs;
CompressionCodecs[CompressionTypes.LZ4] = () => ({{ decompress: (b) => lz4.decompressFrame(b) }});

const consumer = new Kafka({{ brokers: [process.env.ZARBIA_KAFKA] }}).consumer({{ groupId: 'my-office' }});
await consumer.connect();
await consumer.subscribe({{ topic: '{topic}', fromBeginning: true }});
await consumer.run({{
  eachMessage: async ({{ message: {{ headers, value }} }}) => {{
    console.log({javascript_print});
  }},
}});
"""  # noqa: E501 - as it stands on the page

_EVENT = (
    'headers["ce_type"], headers["ce_subject"], json.loads(record.value)',
    "`${headers.ce_type}`, `${headers.ce_subject}`, JSON.parse(value)",
)
_QUARANTINED = (
    'headers["__zarbia.error.reason"], headers["__zarbia.error.message"], record.value',
    "`${headers['__zarbia.error.reason']}`, `${headers['__zarbia.error.message']}`, `${value}`",
)


def python_code(topic: str, *, events: bool) -> str:
    """A program that prints a topic's events or, where it has none, why its records are there."""
    return PYTHON.format(topic=topic, python_print=(_EVENT if events else _QUARANTINED)[0])


def javascript_code(topic: str, *, events: bool) -> str:
    """The same for Node, as a module."""
    return JAVASCRIPT.format(topic=topic, javascript_print=(_EVENT if events else _QUARANTINED)[1])
