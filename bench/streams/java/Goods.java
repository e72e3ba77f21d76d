import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * What the fold uses of the data of an event, read in one pass over its tokens: the names that it
 * looks for stand at one place each.
 */
final class Goods {
  private static final JsonFactory JSON = new JsonFactory();

  String month, partner, hsCode, hsEdition, productGroup, chain, channel, unit;
  String office, region, kind, womenLed, through, quantity;
  long fob, grams;

  static Goods read(byte[] data) throws IOException {
    Goods goods = new Goods();
    try (JsonParser parser = JSON.createParser(data)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.FIELD_NAME) {
          goods.take(parser.currentName(), parser);
        }
      }
    }
    return goods;
  }

  private void take(String name, JsonParser parser) throws IOException {
    switch (name) {
      case "month" -> month = parser.nextTextValue();
      case "partner" -> partner = parser.nextTextValue();
      case "hs_code" -> hsCode = parser.nextTextValue();
      case "hs_edition" -> hsEdition = parser.nextTextValue();
      case "product_group" -> productGroup = parser.nextTextValue();
      case "chain" -> chain = parser.nextTextValue();
      case "channel" -> channel = parser.nextTextValue();
      case "unit" -> unit = parser.nextTextValue();
      case "office" -> office = parser.nextTextValue();
      case "region" -> region = parser.nextTextValue();
      case "kind" -> kind = parser.nextTextValue();
      case "women_led" -> womenLed = parser.nextTextValue();
      case "through" -> through = parser.nextTextValue();
      case "value" -> quantity = parser.nextTextValue();
      case "mad_centimes" -> fob = parser.nextLongValue(0);
      case "net_mass_grams" -> grams = parser.nextLongValue(0);
      default -> {}
    }
  }

  /** The booking of a declaration that states its exporter and office itself. */
  Booking booking() {
    return booking("\"" + region + "\",\"" + office + "\",\"" + kind + "\",\"" + womenLed + "\"");
  }

  /** The booking with other goods: office and exporter are those of the booking before. */
  Booking amending(Booking before) {
    int from = before.cell().indexOf(",\"MA-") + 1;
    int to = from;
    for (int commas = 0; commas < 4; commas++) {
      to = before.cell().indexOf(',', to + 1);
    }
    return booking(before.cell().substring(from, to));
  }

  private Booking booking(String exporter) {
    String cell =
        "[\"" + month + "\",\"" + partner + "\",\"" + hsCode + "\",\"" + hsEdition + "\",\""
            + productGroup + "\",\"" + chain + "\"," + exporter + ",\"" + channel + "\","
            + (unit == null ? "null]" : "\"" + unit + "\"]");
    return new Booking(cell, new Total(fob, grams, unit != null, thousandths(quantity), 1));
  }

  private static long thousandths(String decimal) {
    if (decimal == null) {
      return 0;
    }
    int point = decimal.indexOf('.');
    int decimals = point < 0 ? 0 : decimal.length() - point - 1;
    long digits = Long.parseLong(point < 0 ? decimal : decimal.replace(".", ""));
    for (; decimals < 3; decimals++) {
      digits *= 10;
    }
    return digits;
  }
}
