import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** When the first record came, where the input ends, and when all was committed with its outputs. */
final class Progress {
  /** Of the input, by partition. Known before the first record is read. */
  static volatile Map<Integer, Long> ends = Map.of();

  /** The partitions that are read to their end, by whichever thread: they may move afterwards. */
  private static final Set<Integer> read = ConcurrentHashMap.newKeySet();

  /** The partitions of this thread of which there is more to read. */
  private static final ThreadLocal<Set<Integer>> unread = ThreadLocal.withInitial(HashSet::new);

  private static volatile long startedAt;

  static void started() {
    if (startedAt == 0) {
      startedAt = System.nanoTime();
    }
  }

  static void assigned(int partition) {
    if (!read.contains(partition)) {
      unread.get().add(partition);
    }
  }

  static void revoked(int partition) {
    unread.get().remove(partition);
  }

  /** Whether this record was the last that this thread had to read. */
  static boolean isLast(int partition, long offset) {
    if (offset + 1 < ends.get(partition)) {
      return false;
    }
    read.add(partition);
    unread.get().remove(partition);
    return unread.get().isEmpty();
  }

  static double seconds() {
    return (System.nanoTime() - startedAt) / 1e9;
  }

  /** The end of each partition of a topic. */
  static Map<TopicPartition, Long> ends(Admin admin, String topic) throws Exception {
    var description = admin.describeTopics(java.util.List.of(topic)).allTopicNames().get();
    var wanted =
        description.get(topic).partitions().stream()
            .collect(
                Collectors.toMap(
                    part -> new TopicPartition(topic, part.partition()),
                    part -> OffsetSpec.latest()));
    return admin.listOffsets(wanted).all().get().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
  }

  /** Wait until the group has committed everything before `ends`. */
  static void waitForCommits(Admin admin, String group, Map<TopicPartition, Long> ends)
      throws Exception {
    while (true) {
      var committed = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      boolean all =
          ends.entrySet().stream()
              .allMatch(
                  end -> {
                    var offset = committed.get(end.getKey());
                    return end.getValue() == 0
                        || (offset != null && offset.offset() >= end.getValue());
                  });
      if (all) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }
}
