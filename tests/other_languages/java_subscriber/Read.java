import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads the first records of a topic with Kafka's own client and prints each as a line of JSON.
 *
 * <p>Arguments: broker, topic, how many, and isolation.level where it is not the client's default.
 */
public final class Read {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("bootstrap.servers", arguments[0]);
    settings.put("auto.offset.reset", "earliest");
    if (arguments.length > 3) {
      settings.put("isolation.level", arguments[3]);
    }
    StringDeserializer text = new StringDeserializer();
    try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings, text, text)) {
      consumer.assign(
          consumer.partitionsFor(arguments[1]).stream()
              .map(part -> new TopicPartition(part.topic(), part.partition()))
              .toList());
      int wanted = Integer.parseInt(arguments[2]);
      while (wanted > 0) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
          if (wanted-- > 0) {
            System.out.println(JSON.writeValueAsString(described(record)));
          }
        }
      }
    }
  }

  private static Map<String, Object> described(ConsumerRecord<String, String> record) {
    Map<String, String> headers = new LinkedHashMap<>();
    record.headers().forEach(
        header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
    Map<String, Object> described = new LinkedHashMap<>();
    described.put("partition", record.partition());
    described.put("key", record.key());
    described.put("headers", headers);
    described.put("value_text", record.value());
    return described;
  }
}
