package zarbia.store;

import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.wire.BsonConstants;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/** Documents as bytes, in the form that they have on the wire. */
final class Bson {

    private static final int USUAL_SIZE = 4096;

    private Bson() {
    }

    static byte[] encode(Document document) {
        ByteBuf buffer = Unpooled.buffer(USUAL_SIZE);
        BsonEncoder.encodeDocument(document, buffer);
        if (buffer.readableBytes() > BsonConstants.MAX_BSON_OBJECT_SIZE) {
            throw new MongoServerError(10334, "BSONObjectTooLarge",
                "BSONObj size: " + buffer.readableBytes() + " is invalid");
        }
        return ByteBufUtil.getBytes(buffer);
    }

    /** Keys that are equal, once normalised, are equal bytes. */
    static byte[] encode(KeyValue key) {
        Document values = new Document();
        for (Object value : key) {
            values.put(String.valueOf(values.size()), value);
        }
        return encode(values);
    }

    static Document decode(byte[] bytes) {
        return BsonDecoder.decodeBson(Unpooled.wrappedBuffer(bytes));
    }
}
