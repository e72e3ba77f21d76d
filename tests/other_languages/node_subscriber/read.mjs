// Reads `count` records of a topic and prints each as a line of JSON, with what is wrong with it.
// Its one argument is JSON: broker, topic, count, and what differs from the client's defaults:
// schemas (a folder to validate by), lz4 (false: as KafkaJS comes), readUncommitted.
import { connection, useLz4 } from './kafka.mjs';
import { problemsOf, schemasOf } from './checks.mjs';

const { broker, topic, count, schemas, lz4 = true, ...isolation } = JSON.parse(process.argv[2]);
if (lz4) useLz4();
const ajv = schemas && schemasOf(schemas);
const consumer = connection(broker).consumer({ groupId: `${topic}-${process.pid}`, ...isolation });
const stopped = new Promise((_, reject) => {
  consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
});

await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
try {
  await Promise.race([stopped, firstRecords()]);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
await consumer.disconnect();

function firstRecords() {
  let seen = 0;
  return new Promise((resolve) => {
    consumer.run({
      eachMessage: async ({ partition, message }) => {
        seen += 1;
        if (seen <= count) print(partition, message);
        if (seen === count) resolve();
      },
    });
  });
}

function print(partition, { key, headers, value }) {
  const record = {
    partition,
    key: key && key.toString(),
    headers: Object.fromEntries(Object.entries(headers).map(([name, raw]) => [name, `${raw}`])),
    value_text: value.toString(),
  };
  console.log(JSON.stringify({ ...record, problems: ajv ? problemsOf(record, ajv) : [] }));
}
