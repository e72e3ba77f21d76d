package zarbia.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.AbstractMongoCollection;
import de.bwaldvogel.mongo.backend.ArrayFilters;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DocumentWithPosition;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.oplog.Oplog;

/** Documents as BSON in a table, in the order of their insertion. */
final class SqliteCollection extends AbstractMongoCollection<Long> {

    private static final int SCANNED_AT_ONCE = 256;

    private final SqliteFile file;
    private final String insert;
    private final String select;
    private final String update;
    private final String delete;
    private final String scan;
    private final String count;
    private final String size;

    SqliteCollection(MongoDatabase database, String name, CollectionOptions options, CursorRegistry cursors,
                     SqliteFile file, String table) {
        super(database, name, options, cursors);
        this.file = file;
        insert = "INSERT INTO " + table + " (document) VALUES (?) RETURNING position";
        select = "SELECT document FROM " + table + " WHERE position = ?";
        update = "UPDATE " + table + " SET document = ? WHERE position = ?";
        delete = "DELETE FROM " + table + " WHERE position = ?";
        scan = "SELECT position, document FROM " + table + " WHERE position > ? ORDER BY position LIMIT "
            + SCANNED_AT_ONCE;
        count = "SELECT count(*) FROM " + table;
        size = "SELECT coalesce(sum(length(document)), 0) FROM " + table;
    }

    @Override
    public void addIndex(Index<Long> index) {
        file.atomically(() -> {
            super.addIndex(index);
            return null;
        });
    }

    @Override
    public void addDocument(Document document) {
        file.atomically(() -> {
            super.addDocument(document);
            return null;
        });
    }

    @Override
    public Document updateDocuments(Document selector, Document updateQuery, ArrayFilters arrayFilters,
                                    boolean isMulti, boolean isUpsert, Oplog oplog) {
        return file.atomically(
            () -> super.updateDocuments(selector, updateQuery, arrayFilters, isMulti, isUpsert, oplog));
    }

    @Override
    public Document findAndModify(Document query) {
        return file.atomically(() -> super.findAndModify(query));
    }

    @Override
    public int deleteDocuments(Document selector, int limit, Oplog oplog) {
        return file.atomically(() -> super.deleteDocuments(selector, limit, oplog));
    }

    @Override
    protected Long addDocumentInternal(Document document) {
        return file.query(insert, rows -> rows.getLong(1), Bson.encode(document));
    }

    @Override
    protected Document getDocument(Long position) {
        return Bson.decode(file.query(select, rows -> rows.getBytes(1), position));
    }

    @Override
    protected void handleUpdate(Long position, Document oldDocument, Document newDocument) {
        file.update(update, Bson.encode(newDocument), position);
    }

    @Override
    protected void removeDocument(Long position) {
        for (Index<Long> index : getIndexes()) {
            if (index instanceof SqliteIndex secondary) {
                secondary.remove(getDocument(position), position);
            }
        }
        file.update(delete, position);
    }

    /** Read piece by piece: no statement stays open when the reader stops early or writes between. */
    @Override
    protected Stream<DocumentWithPosition<Long>> streamAllDocumentsWithPosition() {
        return Stream.iterate(documentsAfter(Long.MIN_VALUE), piece -> !piece.isEmpty(),
            piece -> documentsAfter(piece.getLast().getPosition())).flatMap(List::stream);
    }

    private List<DocumentWithPosition<Long>> documentsAfter(Long position) {
        return file.query(scan, rows -> {
            List<DocumentWithPosition<Long>> documents = new ArrayList<>();
            while (rows.next()) {
                documents.add(new DocumentWithPosition<>(Bson.decode(rows.getBytes(2)), rows.getLong(1)));
            }
            return documents;
        }, position);
    }

    @Override
    protected QueryResult matchDocuments(Document query, Document orderBy, int skip, int limit, int batchSize,
                                         Document fieldSelector) {
        var documents = streamAllDocumentsWithPosition();
        if (isNaturalDescending(orderBy)) {
            documents = documents.sorted(Comparator.comparing(DocumentWithPosition<Long>::getPosition).reversed());
        }
        return matchDocumentsFromStream(documents.map(DocumentWithPosition::getDocument), query, orderBy, skip,
            limit, batchSize, fieldSelector);
    }

    @Override
    protected QueryResult matchDocuments(Document query, Iterable<Long> positions, Document orderBy, int skip,
                                         int limit, int batchSize, Document fieldSelector) {
        List<Long> ordered = new ArrayList<>();
        positions.forEach(ordered::add);
        if (isNaturalDescending(orderBy)) {
            ordered.sort(Comparator.reverseOrder());
        }
        return super.matchDocuments(query, ordered, orderBy, skip, limit, batchSize, fieldSelector);
    }

    @Override
    public int count() {
        return file.query(count, rows -> rows.getInt(1));
    }

    @Override
    public boolean isEmpty() {
        return documentsAfter(Long.MIN_VALUE).isEmpty();
    }

    @Override
    protected int getDataSize() {
        return (int) Math.min(Integer.MAX_VALUE, file.query(size, rows -> rows.getLong(1)));
    }

    /** Counted when asked for: kept up to date, it would be one more write for each. */
    @Override
    protected boolean tracksDataSize() {
        return false;
    }

    @Override
    protected void updateDataSize(int sizeDelta) {
        throw new UnsupportedOperationException();
    }
}
