package zarbia.store;

import java.util.List;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.AbstractMongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DatabaseResolver;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerException;
import de.bwaldvogel.mongo.oplog.Oplog;
import de.bwaldvogel.mongo.wire.message.MongoQuery;
import io.netty.channel.Channel;

/** A database in a file; each command is one transaction, and they run one after the other. */
final class SqliteDatabase extends AbstractMongoDatabase<Long> {

    /** The part of a collection that is no index: no index has an empty name. */
    private static final String DOCUMENTS = "";

    private final SqliteFile file;

    SqliteDatabase(String name, SqliteFile file, CursorRegistry cursors) {
        super(name, cursors);
        this.file = file;
        locked(this::initializeNamespacesAndIndexes);
    }

    private void locked(Runnable work) {
        file.transaction(() -> {
            work.run();
            return null;
        });
    }

    @Override
    public Document handleCommand(Channel channel, String command, Document query, DatabaseResolver databases,
                                  Oplog oplog) {
        if (command.equals("find")) {
            SqliteBackend.limitBatch(query);
        }
        return file.transaction(() -> super.handleCommand(channel, command, query, databases, oplog));
    }

    @Override
    public QueryResult handleQuery(MongoQuery query) {
        return file.transaction(() -> super.handleQuery(query));
    }

    @Override
    protected MongoCollection<Long> openOrCreateCollection(String name, CollectionOptions options) {
        String table = file.table(name, DOCUMENTS, "(position INTEGER PRIMARY KEY, document BLOB NOT NULL)");
        return new SqliteCollection(this, name, options, cursorRegistry, file, table);
    }

    @Override
    protected Index<Long> openOrCreateUniqueIndex(String collection, String name, List<IndexKey> keys, boolean sparse) {
        String table = file.table(collection, name,
            "(key BLOB PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID");
        return new SqliteUniqueIndex(name, keys, sparse, file, table);
    }

    @Override
    protected Index<Long> openOrCreateSecondaryIndex(String collection, String name, List<IndexKey> keys,
                                                     boolean sparse) {
        if (keys.size() > 1) {
            return super.openOrCreateSecondaryIndex(collection, name, keys, sparse);
        }
        boolean isNew = !file.hasTable(collection, name);
        String table = file.table(collection, name,
            "(key BLOB, position INTEGER, PRIMARY KEY (key, position)) WITHOUT ROWID");
        return new SqliteIndex(name, keys.getFirst(), file, table, isNew);
    }

    @Override
    protected void dropIndex(MongoCollection<Long> collection, String name) {
        super.dropIndex(collection, name);
        file.dropTable(collection.getCollectionName(), name);
    }

    @Override
    public void dropCollection(String name, Oplog oplog) {
        locked(() -> {
            super.dropCollection(name, oplog);
            // Those of the system are dropped with the database, and read until its end.
            if (!name.startsWith("system.")) {
                file.dropTable(name, DOCUMENTS);
            }
        });
    }

    @Override
    public void drop(Oplog oplog) {
        locked(() -> {
            super.drop(oplog);
            file.dropAllTables();
        });
    }

    @Override
    public void moveCollection(MongoDatabase oldDatabase, MongoCollection<?> collection, String newName) {
        if (oldDatabase != this) {
            throw new MongoServerException("a collection cannot be moved to another database");
        }
        locked(() -> {
            file.renameTables(collection.getCollectionName(), newName);
            super.moveCollection(oldDatabase, collection, newName);
        });
    }

    @Override
    protected long getStorageSize() {
        return file.path.toFile().length();
    }

    @Override
    protected long getFileSize() {
        return getStorageSize();
    }
}
