package zarbia.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.AbstractMongoBackend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;

/** The databases of a folder, each in a file of its own: none waits for another. */
public final class SqliteBackend extends AbstractMongoBackend {

    private static final String SUFFIX = ".sqlite";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,63}");

    private static final int BATCH = 1000;

    private final Path folder;
    private final Map<String, SqliteFile> files = new ConcurrentHashMap<>();

    public SqliteBackend(String folder) throws IOException {
        this.folder = Path.of(folder);
        try (var paths = Files.newDirectoryStream(this.folder, "*" + SUFFIX)) {
            for (Path path : paths) {
                String file = path.getFileName().toString();
                resolveDatabase(file.substring(0, file.length() - SUFFIX.length()));
            }
        }
    }

    @Override
    protected MongoDatabase openOrCreateDatabase(String name) {
        // The name comes from a client and becomes that of a file.
        if (!NAME.matcher(name).matches()) {
            throw new MongoServerError(73, "InvalidNamespace", "Invalid database name: '" + name + "'");
        }
        return new SqliteDatabase(name, files.computeIfAbsent(name, this::open), getCursorRegistry());
    }

    private SqliteFile open(String name) {
        Path path = folder.resolve(name + SUFFIX);
        try {
            return new SqliteFile(path);
        } catch (SQLException e) {
            throw new UncheckedIOException(new IOException("cannot open " + path + ": " + e.getMessage(), e));
        }
    }

    @Override
    protected Document handleGetMore(String database, String command, Document query) {
        limitBatch(query);
        return super.handleGetMore(database, command, query);
    }

    /** Without a limit the answer to a client that names none would be one message of any size. */
    static void limitBatch(Document query) {
        if (!(query.get("batchSize") instanceof Number size && size.intValue() > 0)) {
            query.put("batchSize", BATCH);
        }
    }

    @Override
    public void close() {
        super.close();
        for (SqliteFile file : files.values()) {
            try {
                file.close();
            } catch (SQLException e) {
                throw new UncheckedIOException(new IOException("cannot close " + file.path, e));
            }
        }
    }
}
