import java.nio.ByteBuffer;

/** The measures of a cell, or what is added to them. Without a quantity where no unit is stated. */
record Total(long fob, long grams, boolean hasQuantity, long quantity, long shipments) {
  static final int BYTES = 4 * Long.BYTES + 1;

  Total plus(Total other) {
    return new Total(
        fob + other.fob,
        grams + other.grams,
        hasQuantity && other.hasQuantity,
        quantity + other.quantity,
        shipments + other.shipments);
  }

  Total reversed() {
    return new Total(-fob, -grams, hasQuantity, -quantity, -shipments);
  }

  void write(ByteBuffer buffer) {
    buffer.putLong(fob).putLong(grams).putLong(quantity).putLong(shipments);
    buffer.put((byte) (hasQuantity ? 1 : 0));
  }

  byte[] encoded() {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES);
    write(buffer);
    return buffer.array();
  }

  static Total read(ByteBuffer buffer) {
    long fob = buffer.getLong();
    long grams = buffer.getLong();
    long quantity = buffer.getLong();
    long shipments = buffer.getLong();
    return new Total(fob, grams, buffer.get() == 1, quantity, shipments);
  }
}
