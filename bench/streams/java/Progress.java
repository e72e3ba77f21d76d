import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** When the first record came, and until when all were committed with their outputs. */
final class Progress {
  private static volatile long startedAt;

  static void started() {
    if (startedAt == 0) {
      startedAt = System.nanoTime();
    }
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
