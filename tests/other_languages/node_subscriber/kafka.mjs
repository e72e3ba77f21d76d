// KafkaJS with the codec that it lacks: Zarbia's writers compress with lz4.
import kafkajs from 'kafkajs';
import lz4 from 'lz4-napi';

export const { Kafka, Partitioners, logLevel } = kafkajs;
const { CompressionCodecs, CompressionTypes } = kafkajs;

export function useLz4() {
  CompressionCodecs[CompressionTypes.LZ4] = () => ({
    compress: (encoder) => lz4.compressFrame(encoder.buffer),
    decompress: (buffer) => lz4.decompressFrame(buffer),
  });
}

export function connection(broker) {
  return new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
}
