// Where KafkaJS sends the keys of golden vectors: by its default partitioner, by its murmur2, and
// in fact, when it writes them to a topic without naming a partition.
// Its one argument is JSON: broker, topic, golden (a file). Prints key, hash, computed, default.
import { readFileSync } from 'node:fs';
import murmur2 from 'kafkajs/src/producer/partitioners/default/murmur2.js';
import { connection, Partitioners } from './kafka.mjs';

const { broker, topic, golden } = JSON.parse(process.argv[2]);
const { partitions, vectors } = JSON.parse(readFileSync(golden, 'utf8'));
const partitionMetadata = [...Array(partitions).keys()].map((partitionId) => ({ partitionId }));
const partitionOf = Partitioners.DefaultPartitioner();

for (const { key } of vectors) {
  const hash = murmur2(Buffer.from(key));
  const computed = (hash & 0x7fffffff) % partitions;
  const byDefault = partitionOf({ topic, partitionMetadata, message: { key } });
  console.log(JSON.stringify({ key, hash, computed, byDefault }));
}

const producer = connection(broker).producer();
await producer.connect();
await producer.send({ topic, messages: vectors.map(({ key }) => ({ key, value: '{}' })) });
await producer.disconnect();
