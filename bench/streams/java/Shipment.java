import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A shipment as the fold knows it: the ids of the events placed so far, 16 bytes each, and what it
 * now contributes to which cell (none before it was exported and after it was cancelled).
 */
record Shipment(byte[] eventIds, Booking booked) {
  static final int ID_BYTES = 16;
  static final Shipment UNKNOWN = new Shipment(new byte[0], null);

  /** Whether the event is the next; false for one that was placed before. */
  boolean isNext(int ordinal, byte[] id) {
    int start = (ordinal - 1) * ID_BYTES;
    if (start == eventIds.length) {
      return true;
    }
    if (start > eventIds.length
        || !Arrays.equals(eventIds, start, start + ID_BYTES, id, 0, ID_BYTES)) {
      throw new IllegalStateException("a gap or a conflict, which the bench does not write");
    }
    return false;
  }

  Shipment after(byte[] id, Booking now) {
    byte[] ids = Arrays.copyOf(eventIds, eventIds.length + ID_BYTES);
    System.arraycopy(id, 0, ids, eventIds.length, ID_BYTES);
    return new Shipment(ids, now);
  }

  byte[] encoded() {
    byte[] cell = booked == null ? new byte[0] : booked.cell().getBytes(StandardCharsets.UTF_8);
    int bookedBytes = booked == null ? 0 : Total.BYTES + cell.length;
    ByteBuffer buffer = ByteBuffer.allocate(Integer.BYTES + eventIds.length + bookedBytes);
    buffer.putInt(eventIds.length).put(eventIds);
    if (booked != null) {
      booked.total().write(buffer);
      buffer.put(cell);
    }
    return buffer.array();
  }

  static Shipment decoded(byte[] bytes) {
    if (bytes == null) {
      return UNKNOWN;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    byte[] ids = new byte[buffer.getInt()];
    buffer.get(ids);
    if (!buffer.hasRemaining()) {
      return new Shipment(ids, null);
    }
    Total total = Total.read(buffer);
    byte[] cell = new byte[buffer.remaining()];
    buffer.get(cell);
    return new Shipment(ids, new Booking(new String(cell, StandardCharsets.UTF_8), total));
  }
}
