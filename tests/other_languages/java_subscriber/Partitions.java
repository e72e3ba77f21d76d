import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Where Kafka's own client sends the keys of golden vectors: by its hash, and in fact, when it
 * writes them without naming a partition. Prints a line of JSON for each.
 *
 * <p>Arguments: broker, topic, file of vectors.
 */
public final class Partitions {
  public static void main(String[] arguments) throws Exception {
    ObjectMapper json = new ObjectMapper();
    JsonNode golden = json.readTree(new File(arguments[2]));
    int partitions = golden.get("partitions").asInt();
    StringSerializer text = new StringSerializer();
    Map<String, Object> settings = Map.of("bootstrap.servers", arguments[0]);
    try (KafkaProducer<String, String> producer = new KafkaProducer<>(settings, text, text)) {
      for (JsonNode vector : golden.get("vectors")) {
        String key = vector.get("key").asText();
        int hash = Utils.murmur2(key.getBytes(StandardCharsets.UTF_8));
        int computed = Utils.toPositive(hash) % partitions;
        int byDefault =
            producer.send(new ProducerRecord<>(arguments[1], key, "{}")).get().partition();
        System.out.println(
            json.writeValueAsString(
                Map.of("key", key, "hash", hash, "computed", computed, "byDefault", byDefault)));
      }
    }
  }
}
