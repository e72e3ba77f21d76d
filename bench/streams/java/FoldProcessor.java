import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.Objects;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/**
 * Folds the events of shipments: each is placed once by its ordinal, and what it changes is added to
 * the total of its cell and knowledge day.
 *
 * <p>A changed total goes on when the cache of its store is flushed, which is once in a transaction
 * however often it changed: as aggregations of the streams DSL do it.
 */
final class FoldProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  static final String SHIPMENTS = "shipments";
  static final String CELLS = "cells";
  private static final String PREFIX = "ma.zarbia.";
  private static final Bytes CLOSED_THROUGH = Bytes.wrap("closed-through".getBytes());

  private InternalProcessorContext<byte[], byte[]> inside;
  private KeyValueStore<Bytes, byte[]> shipments;
  private KeyValueStore<Bytes, byte[]> cells;
  private int partition;
  private String day;

  @Override
  @SuppressWarnings("unchecked")
  public void init(ProcessorContext<byte[], byte[]> context) {
    shipments = context.getStateStore(SHIPMENTS);
    cells = context.getStateStore(CELLS);
    partition = context.taskId().partition();
    Progress.assigned(partition);
    byte[] closed = shipments.get(CLOSED_THROUGH);
    day = closed == null ? null : dayAfter(new String(closed, StandardCharsets.UTF_8));
    inside = (InternalProcessorContext<byte[], byte[]>) context;
    ProcessorNode<?, ?, ?, ?> node = inside.currentNode();
    ((CachedStateStore<Bytes, byte[]>) cells)
        .setFlushListener(
            change -> {
              ProcessorNode<?, ?, ?, ?> before = inside.currentNode();
              inside.setCurrentNode(node);
              try {
                // A record of its own: without the headers of the event that changed it last.
                inside.forward(
                    new Record<>(
                        change.key().get(), change.value().newValue, change.timestamp()));
              } finally {
                inside.setCurrentNode(before);
              }
            },
            false);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    Progress.started();
    ProcessorRecordContext of = inside.recordContext();
    // The cache keeps this for each total, and would keep the headers of the event with it.
    inside.setRecordContext(
        new ProcessorRecordContext(
            of.timestamp(), of.offset(), of.partition(), of.topic(), new RecordHeaders()));
    try {
      fold(record);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    if (Progress.isLast(partition, of.offset())) {
      // Not only when the interval is over: the engines beside it commit at the end, too.
      inside.commit();
    }
  }

  @Override
  public void close() {
    Progress.revoked(partition);
  }

  private void fold(Record<byte[], byte[]> record) throws IOException {
    String type = text(record.headers(), "ce_type");
    if (type.equals(PREFIX + "calendar.DayClosed.v1")) {
      close(Goods.read(record.value()).through);
      return;
    }
    Bytes subject = Bytes.wrap(record.headers().lastHeader("ce_subject").value());
    int ordinal = Integer.parseInt(text(record.headers(), "ce_sequence"));
    byte[] id = HexFormat.of().parseHex(text(record.headers(), "ce_id").replace("-", ""));
    Shipment shipment = Shipment.decoded(shipments.get(subject));
    if (shipment.isNext(ordinal, id)) {
      Booking before = shipment.booked();
      Booking now = evolved(type, before, record.value());
      shipments.put(subject, shipment.after(id, now).encoded());
      if (!Objects.equals(before, now)) {
        if (before != null) {
          add(before.cell(), before.total().reversed());
        }
        if (now != null) {
          add(now.cell(), now.total());
        }
      }
    }
  }

  private static Booking evolved(String type, Booking before, byte[] data) throws IOException {
    return switch (type) {
      case PREFIX + "exports.ShipmentExported.v1" -> Goods.read(data).booking();
      case PREFIX + "exports.DeclarationAmended.v1" ->
          before == null ? null : Goods.read(data).amending(before);
      case PREFIX + "exports.DeclarationCancelled.v1" -> null;
      case PREFIX + "exports.ShipmentDelivered.v1" -> before;
      default -> throw new IllegalStateException("unknown type " + type);
    };
  }

  private void add(String cell, Total movement) {
    Bytes key = Bytes.wrap((partition + "|" + day + "|" + cell).getBytes(StandardCharsets.UTF_8));
    byte[] found = cells.get(key);
    Total total = found == null ? movement : Total.read(ByteBuffer.wrap(found)).plus(movement);
    cells.put(key, total.encoded());
  }

  private void close(String through) {
    shipments.put(CLOSED_THROUGH, through.getBytes(StandardCharsets.UTF_8));
    day = dayAfter(through);
  }

  private static String dayAfter(String through) {
    return LocalDate.parse(through).plusDays(1).toString();
  }

  private static String text(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), StandardCharsets.ISO_8859_1);
  }
}
