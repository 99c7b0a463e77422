package io.raftlog.benchmarks.limits;

import io.raftlog.benchmarks.limits.Limit.Name;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDB;

/** Measures what disk, network and RocksDB allow on this machine. */
public final class Limits {
  /** Sizes of batches, in bytes. */
  public static final List<Integer> BATCH_BYTES = List.of(1 << 10, 16 << 10, 128 << 10, 1 << 20);

  /** One, and as many as there are replicas. */
  public static final List<Integer> WRITERS = List.of(1, 3);

  private static final int SMALL_WRITE_BYTES = 512;
  private static final Duration WARM_UP = Duration.ofMillis(500);
  private static final Duration DURATION = Duration.ofMillis(1_500);

  private final Stopwatch stopwatch;
  private final Path directory;
  private final int round;

  /**
   * Prepares to measure; each of the 18 takes two seconds.
   *
   * @param directory an empty directory on the disk that the replicas use
   * @param round which round, from 1
   */
  public Limits(Path directory, int round) {
    this(directory, round, new Stopwatch(WARM_UP, DURATION));
  }

  Limits(Path directory, int round, Stopwatch stopwatch) {
    this.directory = directory;
    this.round = round;
    this.stopwatch = stopwatch;
  }

  /**
   * Measures. Blocks.
   *
   * @return all limits
   * @throws Exception when one cannot be measured
   */
  public List<Limit> measure() throws Exception {
    RocksDB.loadLibrary();
    List<Limit> limits = new ArrayList<>();
    limits.add(files(Name.FDATASYNC, SMALL_WRITE_BYTES, 1));
    limits.add(
        stopwatch.time(
            Name.LOOPBACK_ROUND_TRIP,
            round,
            RoundTrip.MESSAGE_BYTES,
            List.of(RoundTrip.connect())));
    for (int writers : WRITERS) {
      for (int batchBytes : BATCH_BYTES) {
        limits.add(databases(batchBytes, writers));
        limits.add(files(Name.PREALLOCATED_FILE, batchBytes, writers));
      }
    }
    return limits;
  }

  private Limit files(Name name, int batchBytes, int writers) throws Exception {
    List<PreallocatedFile> files = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      files.add(PreallocatedFile.create(fresh(name, batchBytes, writers, i), batchBytes));
    }
    Limit limit = stopwatch.time(name, round, batchBytes, files);
    for (int i = 0; i < writers; i++) {
      Files.delete(fresh(name, batchBytes, writers, i));
    }
    return limit;
  }

  private Limit databases(int batchBytes, int writers) throws Exception {
    List<SyncedBatches> databases = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      Path path = fresh(Name.ROCKSDB_BATCH, batchBytes, writers, i);
      databases.add(SyncedBatches.open(Files.createDirectory(path), batchBytes));
    }
    return stopwatch.time(Name.ROCKSDB_BATCH, round, batchBytes, databases);
  }

  private Path fresh(Name name, int batchBytes, int writers, int writer) throws IOException {
    return directory.resolve(name + "-" + batchBytes + "-" + writers + "-" + writer);
  }
}
