package io.raftlog.benchmarks.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Says on standard error each minute how far a load is, and ends it before the disk is full. Used
 * by one thread.
 */
public final class Progress {
  /** What a line begins with that is passed on to whoever waits for this process. */
  public static final String MARK = "progress: ";

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final double BYTES_PER_GIBIBYTE = 1L << 30;

  private final String what;
  private final Duration duration;
  private final FileStore disk;
  private final long leastFreeBytes;
  private final long startNanos = System.nanoTime();
  private long saidNanos = startNanos;
  private long saidAcknowledged;

  /**
   * Begins now.
   *
   * @param what is done
   * @param duration how long it shall take
   * @param directory on the disk that fills
   * @param leastFreeBytes how much must be free there to go on
   * @param acknowledged how many appends were acknowledged before
   */
  Progress(String what, Duration duration, Path directory, long leastFreeBytes, long acknowledged)
      throws IOException {
    this.what = what;
    this.duration = duration;
    this.disk = Files.getFileStore(directory);
    this.leastFreeBytes = leastFreeBytes;
    this.saidAcknowledged = acknowledged;
  }

  /**
   * Looks at the disk, and says how far it is if a minute has passed. To be called about each
   * second.
   *
   * @param acknowledged how many appends there are now
   * @return whether there is so much space that it may go on
   */
  boolean mayGoOn(long acknowledged) {
    long now = System.nanoTime();
    long free = freeBytes();
    boolean enough = free >= leastFreeBytes;
    if (!enough || now - saidNanos >= MINUTE.toNanos()) {
      System.err.printf(
          Locale.ROOT,
          MARK + "%s, %d s of %d: %,.0f appends/s, %.1f GiB free%s%n",
          what,
          TimeUnit.NANOSECONDS.toSeconds(now - startNanos),
          duration.toSeconds(),
          FigureMap.perSecond(acknowledged - saidAcknowledged, now - saidNanos),
          free / BYTES_PER_GIBIBYTE,
          enough ? "" : ", which is too little to go on");
      saidNanos = now;
      saidAcknowledged = acknowledged;
    }
    return enough;
  }

  private long freeBytes() {
    try {
      return disk.getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
