"""The same fold on several engines, side by side on one topic of shipments.

The job, for all: read the CloudEvents headers, place each event by its ordinal and id, keep the
state of each shipment, add what it changes to the total of its cell and knowledge day, and publish
the totals exactly once. Each runs in one process; what it published is compared with the figures
that were counted while the events were made, cell by cell, and any difference is an error.

The topic is `exports.shipments.v1` with the 12 partitions that it always has: the fold puts aside
what stands in another partition than its key's. Kafka Streams ran as fast with 4 as with 12.

All of them are told how long to wait between two commits (`engines.COMMIT_MS`). The rows that are
compared have 10 s, as our fold has it while it is behind: there are fewer transactions, and a cell
that changes again and again goes out once. Those named `-100ms` show the other end. What is left at
the end of the input is committed at once, by all: our fold sees that it has caught up, the program
for Kafka Streams asks for a commit after the last record, Quix Streams is stopped.

- zarbia: the folding of the service in one process, without its pages and its national picture.
  It alone validates every field, heals gaps, holds keys and decides on risk triggers. A partition
  has transactions of its own, and waits for that long between two of them while it is behind.
- zarbia-100ms: the same, told by its setting alone.
- zarbia-with-exporters: as the first, with the cells of exporters, which the service has.
- kafka-streams-eos: exactly_once_v2, RocksDB, changelogs; one transaction for all partitions of a
  thread. Totals go out when the store's cache is flushed: once in a commit for each cell, as long
  as the cache holds what changes between two. Its default of 10 MiB did not: of 150,000 events
  115,000 totals went out instead of 68,000. It has 64 MiB, without the headers of the events.
  On the runtime of the stack with the optimising compiler, 1 GiB of heap and the parallel
  collector; the shipments' store without a cache: no variant of these was faster at 100 ms.
- kafka-streams-eos-100ms: the same at its default interval for exactly once.
- kafka-streams-eos-2: as kafka-streams-eos, with two threads.
- quix-eos, quix-eos-topic: exactly-once, RocksDB. `quix_fold.py` says how the two differ.
- quix-eos-100ms: quix-eos at the short interval; its default is 5 s.
- ceiling, ceiling-aiokafka: reading, headers and decoding alone, with no checks.

Seconds count from the first record until everything is committed; for ours from the assignment.
"""
