package io.raftlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.NodeId;
import io.raftlog.spi.NodeStorage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the parts of {@link StorageContract} have in common: what an author provides, and logs. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class StorageHarness {
  static final String CLUSTER = "contract";
  static final NodeId NODE = new NodeId("n1");
  static final String LOG = "orders";

  private final List<NodeStorage> storages = new ArrayList<>();
  private final List<StorageRecorder> recorders = new ArrayList<>();
  private @Nullable Path directory;
  private int places;

  /**
   * Makes a storage on a place. Each time the same place is given, the storage must find there what
   * the last one on it has left; a place that was never given is empty.
   *
   * @param place a directory that need not exist, below one that is deleted after the test; a
   *     storage that keeps nothing in files uses it as a name
   * @return a storage that is not open; the suite closes it
   */
  protected abstract NodeStorage storageAt(Path place);

  /**
   * Whether what is stored outlives the process. The suite then kills processes that write, in
   * which it makes another instance of your class by its constructor without parameters. Default:
   * yes.
   *
   * @return false to skip the test of it
   */
  protected boolean survivesTheProcess() {
    return true;
  }

  /**
   * Whether all that is stored is in files below the place, and every change of them from outside
   * is noticed. The suite then flips bits of them, having put the files away and back, so {@link
   * #storageAt} must accept copied ones. Default: yes.
   *
   * @return false to skip the test of it
   */
  protected boolean noticesDamage() {
    return true;
  }

  /**
   * Does as if the power had failed at this moment. Called while the storage on the place is open
   * and writing, which the suite closes afterwards.
   *
   * @param place where
   * @return a storage that is not open, and will find what a disk would have then; empty to skip
   *     the test of it, which is the default
   */
  protected Optional<NodeStorage> afterPowerFailure(Path place) {
    return Optional.empty();
  }

  /**
   * Makes a storage whose disk can fail.
   *
   * @param place as in {@link #storageAt}
   * @param failing as soon as it says so, each write to the disk fails
   * @return a storage that is not open; empty to skip the test of it, which is the default
   */
  protected Optional<NodeStorage> failingStorageAt(Path place, BooleanSupplier failing) {
    return Optional.empty();
  }

  /**
   * Whether a thread that exists after a storage was closed is not that storage's, but one of the
   * whole JVM that a library of it has. Threads of the JDK need not be named. Default: no.
   *
   * @param thread the thread
   * @return true to ignore it
   */
  protected boolean belongsToTheJvm(Thread thread) {
    return false;
  }

  /**
   * After what time something that must happen has not happened. Default: 30 seconds. Costs nothing
   * when all is well.
   *
   * @return the time
   */
  protected Duration patience() {
    return Duration.ofSeconds(30);
  }

  @BeforeEach
  final void takeDirectory(@TempDir Path given) {
    directory = given;
  }

  @AfterEach
  final void closeAndCheckWhatNeverMayHappen() {
    storages.forEach(NodeStorage::close);
    for (StorageRecorder recorder : recorders) {
      recorder.storageWasClosed();
      assertThat(recorder.violations()).isEmpty();
    }
  }

  final Patience patient() {
    return new Patience(patience());
  }

  /** A place where nothing is. */
  final Path newPlace() {
    return Objects.requireNonNull(directory).resolve("place" + ++places);
  }

  /** A storage that is closed after the test, if not before. */
  final NodeStorage unopened(Path place) {
    return closedAfterTheTest(storageAt(place));
  }

  final NodeStorage closedAfterTheTest(NodeStorage storage) {
    storages.add(storage);
    return storage;
  }

  final NodeStorage opened(Path place) {
    NodeStorage storage = unopened(place);
    storage.open(CLUSTER, NODE);
    return storage;
  }

  final UUID incarnationAt(Path place) {
    try (NodeStorage storage = unopened(place)) {
      return storage.open(CLUSTER, NODE);
    }
  }

  /** Opens a log that must look like the model. */
  final TestLog open(NodeStorage node, String logId, LogModel model) {
    TestLog log = TestLog.open(node, logId, model, patient());
    recorders.add(log.recorder());
    return log;
  }

  final TestLog open(NodeStorage node, String logId) {
    return open(node, logId, new LogModel());
  }

  /** Closes the storage, after which the logs' listeners must not be called. */
  final void close(NodeStorage node, TestLog... logs) {
    node.close();
    for (TestLog log : logs) {
      log.recorder().storageWasClosed();
    }
  }

  /** A log on a storage of its own, which can be closed and opened again. */
  final Reopenable newLog() {
    return new Reopenable(newPlace());
  }

  /** A storage with one log. */
  final class Reopenable {
    private final Path place;
    private NodeStorage node;
    private TestLog log;

    private Reopenable(Path place) {
      this.place = place;
      this.node = opened(place);
      this.log = StorageHarness.this.open(node, LOG);
    }

    Path place() {
      return place;
    }

    NodeStorage node() {
      return node;
    }

    TestLog log() {
      return log;
    }

    void close() {
      StorageHarness.this.close(node, log);
    }

    /** Checks the log, closes it, opens it again, and checks that it is the same. */
    TestLog reopen() {
      log.check();
      close();
      node = opened(place);
      log = StorageHarness.this.open(node, LOG, log.model());
      log.check();
      return log;
    }
  }
}
