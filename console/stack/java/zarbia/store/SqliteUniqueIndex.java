package zarbia.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;

import de.bwaldvogel.mongo.backend.AbstractUniqueIndex;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.bson.Document;

/**
 * Positions by key. A key is its normalised values as BSON (normalised, numbers that are equal are
 * the same double), so that equal keys are equal bytes.
 */
final class SqliteUniqueIndex extends AbstractUniqueIndex<Long> {

    private final SqliteFile file;
    private final String insert;
    private final String select;
    private final String delete;
    private final String all;
    private final String count;

    SqliteUniqueIndex(String name, List<IndexKey> keys, boolean sparse, SqliteFile file, String table) {
        super(name, keys, sparse);
        this.file = file;
        insert = "INSERT OR IGNORE INTO " + table + " (key, position) VALUES (?, ?)";
        select = "SELECT position FROM " + table + " WHERE key = ?";
        delete = "DELETE FROM " + table + " WHERE key = ? RETURNING position";
        all = "SELECT key, position FROM " + table;
        count = "SELECT count(*) FROM " + table;
    }

    /**
     * Also of a query that names other fields beside those of this index: the index gives the
     * candidates, and the collection checks the whole query against them.
     */
    @Override
    public boolean canHandle(Document query) {
        Document ownFields = new Document();
        for (String key : keys()) {
            if (query.containsKey(key)) {
                ownFields.put(key, query.get(key));
            }
        }
        return super.canHandle(ownFields);
    }

    @Override
    protected boolean putKeyPosition(KeyValue key, Long position) {
        return file.update(insert, Bson.encode(key), position) == 1;
    }

    @Override
    protected Long getPosition(KeyValue key) {
        return file.query(select, SqliteFile::position, Bson.encode(key));
    }

    @Override
    protected Long removeDocument(KeyValue key) {
        return file.query(delete, SqliteFile::position, Bson.encode(key));
    }

    @Override
    protected Iterable<Entry<KeyValue, Long>> getIterable() {
        return file.query(all, rows -> {
            List<Entry<KeyValue, Long>> entries = new ArrayList<>();
            while (rows.next()) {
                KeyValue key = new KeyValue(Bson.decode(rows.getBytes(1)).values());
                entries.add(Map.entry(key, rows.getLong(2)));
            }
            return entries;
        });
    }

    @Override
    public long getCount() {
        return file.query(count, rows -> rows.getLong(1));
    }

    @Override
    public boolean isEmpty() {
        return file.query(all + " LIMIT 1", rows -> !rows.next());
    }

    @Override
    public long getDataSize() {
        return getCount();
    }
}
