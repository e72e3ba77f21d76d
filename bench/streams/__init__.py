"""The same fold on several engines, side by side on one topic of shipments.

The job, for all: read the CloudEvents headers, place each event by its ordinal and id, keep the
state of each shipment, add what it changes to the total of its cell and knowledge day, and publish
the totals exactly once. Each runs in one process; what it published is compared with the figures
that were counted while the events were made, cell by cell, and any difference is an error.

The topic is `exports.shipments.v1` with the 12 partitions that it always has: the fold puts aside
what stands in another partition than its key's. Kafka Streams ran as fast with 4 as with 12.

- zarbia: the folding of the service in one process, without its pages and its national picture.
  It alone validates every field, heals gaps, holds keys and decides on risk triggers.
- kafka-streams-eos: exactly_once_v2, RocksDB, changelogs, 100 ms between commits (its default for
  exactly once). Totals go out when the store's cache is flushed, once in a commit for each cell.
  On the runtime of the stack with the optimising compiler, 1 GiB of heap and the parallel
  collector; the shipments' store without a cache: no variant of these was faster.
- kafka-streams-eos-2: the same with two threads.
- quix-eos, quix-eos-topic: exactly-once, RocksDB, 5 s between checkpoints (its default).
  `quix_fold.py` says how the two differ.
- ceiling, ceiling-aiokafka: reading, headers and decoding alone, with no checks.

Seconds count from the first record until everything is committed; for ours from the assignment.
"""
