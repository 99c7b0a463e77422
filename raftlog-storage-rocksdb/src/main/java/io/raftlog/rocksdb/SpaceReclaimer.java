package io.raftlog.rocksdb;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.CompactRangeOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives disk space back after a log was trimmed: a thread of its own, because that takes time and
 * must not delay a write. What waits is at most one trim per log.
 *
 * <p>Files in which every entry is trimmed are deleted at once. When much remains in files that
 * hold other entries too, or that RocksDB has not moved below its first level yet, they are
 * compacted.
 */
final class SpaceReclaimer implements Runnable {
  /** What was trimmed: everything of a log before an index and an offset. */
  record Trim(int logNumber, long firstIndex, long firstOffset) {}

  private static final Logger LOG = LoggerFactory.getLogger(SpaceReclaimer.class);

  private final String node;
  private final Database database;
  private final long compactFromBytes;
  private final CompactRangeOptions options =
      new CompactRangeOptions().setExclusiveManualCompaction(false);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Integer, Trim> waiting = new LinkedHashMap<>();
  private boolean ended;

  /**
   * Makes one.
   *
   * @param compactFromBytes when so much remains of what was trimmed, files are compacted
   */
  SpaceReclaimer(String node, Database database, long compactFromBytes) {
    this.node = node;
    this.database = database;
    this.compactFromBytes = compactFromBytes;
  }

  /** A trim is durable; called by the writer thread. */
  void trimmed(Trim trim) {
    lock.lock();
    try {
      waiting.put(trim.logNumber(), trim);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Makes the thread end soon, in the middle of a compaction if need be; from any thread. */
  void end() {
    lock.lock();
    try {
      ended = true;
      options.setCanceled(true);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void run() {
    try (options) {
      for (Trim trim = next(); trim != null; trim = next()) {
        reclaim(trim);
      }
    }
  }

  private @Nullable Trim next() {
    lock.lock();
    try {
      while (!ended && waiting.isEmpty()) {
        changed.awaitUninterruptibly();
      }
      return ended ? null : waiting.remove(waiting.keySet().iterator().next());
    } finally {
      lock.unlock();
    }
  }

  /** A failure costs space, not data: it is for the log, and the next trim tries again. */
  private void reclaim(Trim trim) {
    try {
      database.deleteTrimmedFiles(trim);
      long remaining = database.trimmedBytes(trim);
      if (remaining >= compactFromBytes) {
        database.compactTrimmed(trim, options);
      }
      LOG.debug("node={} gave back the space of {} remaining={}", node, trim, remaining);
    } catch (Throwable e) {
      LOG.warn("node={} could not give back the space of {}", node, trim, e);
    }
  }
}
