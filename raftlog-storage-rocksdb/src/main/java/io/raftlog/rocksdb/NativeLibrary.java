package io.raftlog.rocksdb;

import io.raftlog.NodeStartException;
import io.raftlog.NodeStartException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;

/**
 * RocksDB's native library. RocksDB unpacks it to a file, and deletes that when the JVM ends by
 * itself; a process that is killed would leave 15 MB behind each time. So the file is deleted as
 * soon as it is loaded, where the operating system lets go of files that are in use.
 */
final class NativeLibrary {
  /** Whoever sets this environment variable has told RocksDB where the file is to be. */
  private static final String PLACE = "ROCKSDB_SHAREDLIB_DIR";

  private static final ReentrantLock LOADING = new ReentrantLock();
  private static boolean loaded;

  private NativeLibrary() {}

  /** Loads it, once in a JVM; any thread. */
  static void load() {
    LOADING.lock();
    try {
      if (!loaded) {
        if (System.getenv(PLACE) == null) {
          unpackAndLoad();
        }
        RocksDB.loadLibrary();
        loaded = true;
      }
    } catch (IOException | RuntimeException | UnsatisfiedLinkError e) {
      throw new NodeStartException(
          Reason.OTHER,
          "cannot load RocksDB's native library, which is unpacked to "
              + System.getProperty("java.io.tmpdir")
              + " (it must be writable and not mounted noexec): "
              + e.getMessage(),
          e);
    } finally {
      LOADING.unlock();
    }
  }

  private static void unpackAndLoad() throws IOException {
    Path directory = Files.createTempDirectory("raftlog-rocksdb");
    directory.toFile().deleteOnExit(); // after what the loader puts into it
    try {
      NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
    } finally {
      deleteIfPossible(directory);
    }
  }

  private static void deleteIfPossible(Path directory) {
    try {
      DurableFiles.deleteRecursively(directory);
    } catch (IOException e) {
      // Somewhere a library that is in use cannot be deleted; then the JVM does it when it ends.
      return;
    }
  }
}
