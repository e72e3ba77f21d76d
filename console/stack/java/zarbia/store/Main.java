package zarbia.store;

import java.util.List;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;

/** Serve the databases of a folder on a port of 127.0.0.1, until a signal to stop comes. */
public final class Main {

    /** What MongoDB 7.0 says of itself: new enough for current drivers, and they ask for no more. */
    private static final class Version implements MongoVersion {

        @Override
        public List<Integer> getVersionArray() {
            return List.of(7, 0, 0);
        }

        @Override
        public int getWireVersion() {
            return 21;
        }
    }

    private Main() {
    }

    public static void main(String[] arguments) {
        try {
            SqliteBackend backend = new SqliteBackend(arguments[0]);
            backend.version(new Version());
            MongoServer server = new MongoServer(backend);
            server.bind("127.0.0.1", Integer.parseInt(arguments[1]));
            Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
        } catch (Exception e) {
            System.err.println("the document store cannot start: " + e.getMessage());
            System.exit(1);
        }
    }
}
