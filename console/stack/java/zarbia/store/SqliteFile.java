package zarbia.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;

/**
 * One SQLite file with one connection. Everything but opening must happen inside a transaction,
 * which is also the lock.
 */
final class SqliteFile {

    interface Reader<T> {
        T read(ResultSet rows) throws SQLException;
    }

    private static final Logger log = LoggerFactory.getLogger(SqliteFile.class);

    /** Of the tables' form; a file of another version is refused. */
    private static final int FORMAT = 1;

    private static final String[] SETTINGS = {
        // Set before the file is first read, so that no second process ever writes to it.
        "PRAGMA locking_mode = EXCLUSIVE",
        "PRAGMA page_size = 8192",
        // A commit is in the operating system's hands before its answer leaves: a killed process
        // loses nothing. A power cut loses what came after the last checkpoint, and stays whole.
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = NORMAL",
        "PRAGMA wal_autocheckpoint = 2000",
        "PRAGMA journal_size_limit = 33554432",
        "PRAGMA cache_size = -32768",
        "PRAGMA temp_store = MEMORY",
    };

    final Path path;
    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private boolean inTransaction;

    SqliteFile(Path path) throws SQLException {
        this.path = path;
        connection = DriverManager.getConnection("jdbc:sqlite:" + path);
        try (var statement = connection.createStatement()) {
            for (String setting : SETTINGS) {
                statement.execute(setting);
            }
            int format = statement.executeQuery("PRAGMA user_version").getInt(1);
            boolean isNew = statement.executeQuery("SELECT count(*) FROM sqlite_schema").getInt(1) == 0;
            if (!isNew && format != FORMAT) {
                throw new SQLException("form " + format + " of the file is not known, only " + FORMAT);
            }
            statement.execute("BEGIN IMMEDIATE");
            statement.execute("CREATE TABLE IF NOT EXISTS tables (id INTEGER PRIMARY KEY,"
                + " collection TEXT NOT NULL, part TEXT NOT NULL, UNIQUE (collection, part))");
            statement.execute("PRAGMA user_version = " + FORMAT);
            statement.execute("COMMIT");
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Run `work` as one transaction, or as a part of the one that is under way. */
    synchronized <T> T transaction(Supplier<T> work) {
        if (inTransaction) {
            return work.get();
        }
        update("BEGIN");
        inTransaction = true;
        try {
            return work.get();
        } finally {
            inTransaction = false;
            // Also after an error: what failed has undone itself (`atomically`), what the same
            // command wrote before stays, as in MongoDB.
            update("COMMIT");
        }
    }

    /** Run `work` wholly, or undo it and pass its exception on. */
    <T> T atomically(Supplier<T> work) {
        return transaction(() -> {
            update("SAVEPOINT work");
            try {
                return work.get();
            } catch (RuntimeException e) {
                update("ROLLBACK TO work");
                throw e;
            } finally {
                update("RELEASE work");
            }
        });
    }

    int update(String sql, Object... parameters) {
        try {
            return prepare(sql, parameters).executeUpdate();
        } catch (SQLException e) {
            throw stop(e);
        }
    }

    <T> T query(String sql, Reader<T> reader, Object... parameters) {
        try (ResultSet rows = prepare(sql, parameters).executeQuery()) {
            return reader.read(rows);
        } catch (SQLException e) {
            throw stop(e);
        }
    }

    private PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }

    /** The position in the first column of the first row, or null. */
    static Long position(ResultSet rows) throws SQLException {
        return rows.next() ? rows.getLong(1) : null;
    }

    /** The positions in the first column of all rows. */
    static List<Long> positions(ResultSet rows) throws SQLException {
        List<Long> positions = new ArrayList<>();
        while (rows.next()) {
            positions.add(rows.getLong(1));
        }
        return positions;
    }

    boolean hasTable(String collection, String part) {
        return tableId(collection, part) != null;
    }

    /** The table for a part of a collection (its documents or an index), created if need be. */
    String table(String collection, String part, String definition) {
        Long id = tableId(collection, part);
        if (id == null) {
            id = query("INSERT INTO tables (collection, part) VALUES (?, ?) RETURNING id",
                SqliteFile::position, collection, part);
            update("CREATE TABLE t" + id + " " + definition);
        }
        return "t" + id;
    }

    private Long tableId(String collection, String part) {
        return query("SELECT id FROM tables WHERE collection = ? AND part = ?",
            SqliteFile::position, collection, part);
    }

    void dropTable(String collection, String part) {
        Long id = tableId(collection, part);
        if (id != null) {
            update("DELETE FROM tables WHERE id = ?", id);
            update("DROP TABLE t" + id);
        }
    }

    void dropAllTables() {
        for (Long id : query("SELECT id FROM tables", SqliteFile::positions)) {
            update("DROP TABLE t" + id);
        }
        update("DELETE FROM tables");
    }

    void renameTables(String collection, String newCollection) {
        update("UPDATE tables SET collection = ? WHERE collection = ?", newCollection, collection);
    }

    /**
     * End the process when the disk fails, as nothing can be promised then: the next start opens
     * the last commit. A statement that is wrong in itself is only an exception.
     */
    private RuntimeException stop(SQLException e) {
        if (e.getErrorCode() != SQLiteErrorCode.SQLITE_ERROR.code) {
            log.error("cannot use {}: {}", path, e.getMessage(), e);
            Runtime.getRuntime().halt(1);
        }
        return new IllegalStateException(e);
    }

    synchronized void close() throws SQLException {
        connection.close();
    }
}
