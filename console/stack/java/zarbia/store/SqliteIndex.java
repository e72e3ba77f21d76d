package zarbia.store;

import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.ObjectId;

/**
 * Candidates by the value of one field, of documents that have it. It serves equality with a
 * scalar, `$in` of scalars and `$exists: true`; the collection checks the whole query against them.
 */
final class SqliteIndex extends Index<Long> {

    private static final String IN = "$in";
    private static final Document EXISTS = new Document("$exists", true);
    /** Stands for every value that cannot be asked for: it says only that the field exists. */
    private static final KeyValue OTHER = key(null);

    private final SqliteFile file;
    private final boolean isNew;
    private final String[] path;
    private final String insert;
    private final String delete;
    private final String select;
    private final String all;
    private final String count;

    SqliteIndex(String name, IndexKey key, SqliteFile file, String table, boolean isNew) {
        super(name, List.of(key), true);
        this.file = file;
        this.isNew = isNew;
        path = key.getKey().split("\\.");
        insert = "INSERT INTO " + table + " (key, position) VALUES (?, ?)";
        delete = "DELETE FROM " + table + " WHERE key = ? AND position = ?";
        select = "SELECT position FROM " + table + " WHERE key = ?";
        all = "SELECT position FROM " + table;
        count = "SELECT count(*) FROM " + table;
    }

    @Override
    public boolean canHandle(Document query) {
        Object value = query.get(keys().getFirst());
        if (value instanceof Document condition) {
            return condition.equals(EXISTS) || condition.keySet().equals(Set.of(IN))
                && condition.get(IN) instanceof Collection<?> values
                && values.stream().allMatch(SqliteIndex::isScalar);
        }
        return isScalar(value);
    }

    @Override
    public Iterable<Long> getPositions(Document query) {
        Object value = query.get(keys().getFirst());
        Set<Long> positions = new TreeSet<>();
        if (value.equals(EXISTS)) {
            positions.addAll(file.query(all, SqliteFile::positions));
        } else if (value instanceof Document condition) {
            for (Object element : (Collection<?>) condition.get(IN)) {
                positions.addAll(positions(element));
            }
        } else {
            positions.addAll(positions(value));
        }
        return positions;
    }

    private List<Long> positions(Object value) {
        return file.query(select, SqliteFile::positions, Bson.encode(key(value)));
    }

    @Override
    public void add(Document document, Long position, MongoCollection<Long> collection) {
        replace(Set.of(), keysOf(document), position);
    }

    @Override
    public void updateInPlace(Document oldDocument, Document newDocument, Long position,
                              MongoCollection<Long> collection) {
        replace(keysOf(oldDocument), keysOf(newDocument), position);
    }

    void remove(Document document, Long position) {
        replace(keysOf(document), Set.of(), position);
    }

    private void replace(Set<KeyValue> oldKeys, Set<KeyValue> newKeys, Long position) {
        for (KeyValue key : oldKeys) {
            if (!newKeys.contains(key)) {
                file.update(delete, Bson.encode(key), position);
            }
        }
        for (KeyValue key : newKeys) {
            if (!oldKeys.contains(key)) {
                file.update(insert, Bson.encode(key), position);
            }
        }
    }

    private Set<KeyValue> keysOf(Document document) {
        Set<KeyValue> keys = new LinkedHashSet<>();
        collect(document, 0, keys);
        return keys;
    }

    /** Through arrays at any depth: a candidate too many costs a check, one too few is lost. */
    private void collect(Object value, int depth, Set<KeyValue> keys) {
        if (depth == path.length) {
            keys.add(isScalar(value) ? key(value) : OTHER);
        }
        if (value instanceof Collection<?> elements) {
            elements.forEach(element -> collect(element, depth, keys));
        } else if (depth < path.length && value instanceof Document document && document.containsKey(path[depth])) {
            collect(document.get(path[depth]), depth + 1, keys);
        }
    }

    private static boolean isScalar(Object value) {
        return value instanceof String || value instanceof Number || value instanceof Boolean
            || value instanceof ObjectId || value instanceof UUID || value instanceof Instant;
    }

    private static KeyValue key(Object value) {
        return new KeyValue(Collections.singletonList(value)).normalized();
    }

    /** Whether it is still to be filled from the documents: an index in use may well be empty. */
    @Override
    public boolean isEmpty() {
        return isNew;
    }

    @Override
    public long getCount() {
        return file.query(count, rows -> rows.getLong(1));
    }

    @Override
    public long getDataSize() {
        return getCount();
    }

    @Override
    public Long getPosition(Document document) {
        return null; // of many
    }

    @Override
    public Long remove(Document document) {
        return null; // the collection calls the other `remove`
    }

    @Override
    public void checkAdd(Document document, MongoCollection<Long> collection) {
        // every value may occur many times
    }

    @Override
    public void checkUpdate(Document oldDocument, Document newDocument, MongoCollection<Long> collection) {
        // every value may occur many times
    }

    @Override
    public void drop() {
        // the database drops the table
    }
}
