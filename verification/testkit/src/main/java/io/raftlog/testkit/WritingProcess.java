package io.raftlog.testkit;

import io.raftlog.spi.LogStorage;
import io.raftlog.spi.NodeStorage;
import io.raftlog.spi.StorageListener;
import io.raftlog.testkit.StorageRecovery.NumberedWrites;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that writes to a storage until it is killed, and says what is durable. It ends too when
 * its input does, which is when whoever started it is no more.
 */
final class WritingProcess implements Closeable {
  private static final String REPORT = "durable ";

  /** How many writes may be on their way. */
  private static final int MAX_IN_FLIGHT = 50;

  private final Process process;
  private final Path errors;

  /** When it has last said something, of {@link System#nanoTime}. */
  private volatile long heardNanos = System.nanoTime();

  private WritingProcess(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
  }

  /**
   * Starts one.
   *
   * @param suite the author's class, which makes the storage
   * @param place where it writes
   * @param written what is there already
   */
  static WritingProcess start(
      Class<? extends StorageHarness> suite, Path place, NumberedWrites written)
      throws IOException {
    Path errors = place.resolveSibling(place.getFileName() + ".stderr");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            WritingProcess.class.getName(),
            suite.getName(),
            place.toString(),
            Long.toString(written.number()));
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.redirectError(errors.toFile());
    return new WritingProcess(builder.start(), errors);
  }

  /**
   * Kills it as soon as so many more writes are durable, or when none was for a while.
   *
   * @return the number of the last write that it said was durable
   */
  long killWhenDurable(long count, Duration patience) throws IOException {
    Thread guard = new Thread(() -> killAfter(patience));
    guard.setDaemon(true);
    guard.start();
    long last = 0;
    long reports = 0;
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        heardNanos = System.nanoTime();
        if (line.startsWith(REPORT)) {
          last = Long.parseLong(line.substring(REPORT.length()));
          reports++;
          if (reports == count) {
            kill();
          }
        }
      }
    } finally {
      guard.interrupt();
    }
    if (reports < count) {
      throw new AssertionError(
          "the process ended after " + reports + " reports: " + Files.readString(errors));
    }
    process.onExit().join();
    return last;
  }

  private void killAfter(Duration patience) {
    while (!Thread.currentThread().isInterrupted()) {
      long left = heardNanos + patience.toNanos() - System.nanoTime();
      if (left <= 0) {
        kill();
        return;
      }
      LockSupport.parkNanos(left);
    }
  }

  /** Unlike {@link Process#destroyForcibly}, it leaves what was printed to be read. */
  private void kill() {
    process.toHandle().destroyForcibly();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /**
   * The process.
   *
   * @param args the suite's class, the place, and how many writes are there already
   */
  public static void main(String[] args) throws ReflectiveOperationException {
    Thread watch = new Thread(WritingProcess::haltWhenOrphaned);
    watch.setDaemon(true);
    watch.start();
    Constructor<?> constructor = Class.forName(args[0]).getDeclaredConstructor();
    constructor.setAccessible(true);
    NodeStorage storage =
        ((StorageHarness) constructor.newInstance()).storageAt(new File(args[1]).toPath());
    storage.open(StorageHarness.CLUSTER, StorageHarness.NODE);
    NumberedWrites writes = new NumberedWrites();
    writes.skipTo(Long.parseLong(args[2]));
    write(storage, writes);
  }

  private static void write(NodeStorage storage, NumberedWrites writes) {
    long before = writes.number();
    Reporter reporter = new Reporter(before);
    LogStorage log = storage.openLog(StorageHarness.LOG, reporter);
    while (true) {
      log.write(writes.next(writes.number() + 1 - before));
      while (writes.number() - reporter.durable.get() > MAX_IN_FLIGHT) {
        LockSupport.parkNanos(100_000);
      }
    }
  }

  private static void haltWhenOrphaned() {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The same.
    }
    Runtime.getRuntime().halt(1);
  }

  /** Prints what is durable: the listener of the process. */
  private static final class Reporter implements StorageListener {
    final AtomicLong durable;
    private final long before;

    Reporter(long before) {
      this.before = before;
      this.durable = new AtomicLong(before);
    }

    @Override
    public void onDurable(long writeId) {
      durable.accumulateAndGet(before + writeId, Math::max);
      System.out.println(REPORT + (before + writeId));
    }

    @Override
    public void onFailure(long writeId, Throwable cause) {
      cause.printStackTrace();
      Runtime.getRuntime().halt(2);
    }
  }
}
