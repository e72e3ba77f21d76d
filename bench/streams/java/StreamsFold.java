import java.time.Duration;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The fold of the national figures on Kafka Streams, exactly once, until the end of its input is
 * folded and its outputs are committed. Prints one line of JSON.
 *
 * <p>Arguments: broker, application id, state folder, input topic, output topic, threads, and any
 * further settings as `name=value`.
 */
public final class StreamsFold {
  public static void main(String[] arguments) throws Exception {
    Properties settings = settings(arguments);
    Topology topology = topology(arguments[3], arguments[4]);
    try (Admin admin = Admin.create(settings);
        KafkaStreams streams = new KafkaStreams(topology, settings)) {
      var ends = Progress.ends(admin, arguments[3]);
      Progress.ends =
          ends.entrySet().stream()
              .collect(Collectors.toMap(end -> end.getKey().partition(), end -> end.getValue()));
      streams.setUncaughtExceptionHandler(
          error -> {
            error.printStackTrace();
            Runtime.getRuntime().halt(1);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
          });
      streams.start();
      Progress.waitForCommits(admin, arguments[1], ends);
      System.out.printf("{\"seconds\": %.3f}%n", Progress.seconds());
      streams.close(Duration.ofSeconds(30));
    }
  }

  private static Topology topology(String input, String output) {
    return new Topology()
        .addSource("input", input)
        .addProcessor("fold", FoldProcessor::new, "input")
        .addStateStore(store(FoldProcessor.SHIPMENTS), "fold")
        .addStateStore(store(FoldProcessor.CELLS), "fold")
        .addSink("output", output, "fold");
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(String name) {
    var builder =
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray());
    return name.equals(FoldProcessor.CELLS) ? builder.withCachingEnabled() : builder;
  }

  private static Properties settings(String[] arguments) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments[1]);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments[2]);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, arguments[5]);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
    settings.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
    settings.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    for (int at = 6; at < arguments.length; at++) {
      String[] setting = arguments[at].split("=", 2);
      settings.put(setting[0], setting[1]);
    }
    return settings;
  }
}
