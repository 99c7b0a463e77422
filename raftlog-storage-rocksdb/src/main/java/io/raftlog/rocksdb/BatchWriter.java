package io.raftlog.rocksdb;

import io.raftlog.spi.StorageException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer thread: takes what all logs have handed over since the last sync, writes it as one
 * batch with one sync (group commit), and tells the logs. Its fields belong to that thread, but for
 * what is guarded by {@code handOver}.
 *
 * <p>While one sync is in progress the next batch grows, so the busier the node, the fewer syncs
 * per write. Nothing waits for a batch to fill.
 *
 * <p>The queue has no bound of its own: what is in flight is bounded by each log's replica, in
 * bytes, and a write that was handed over must not be refused.
 *
 * <p>There is never more than one batch on its way to the disk, so a record in the write-ahead log
 * proves that the one before it was synced. {@link WalRecovery} builds on that.
 *
 * <p>The first failure is final: nothing is written any more, and every task fails.
 */
final class BatchWriter implements Runnable {
  /**
   * A batch takes no further task when it has this many bytes: beyond it a sync costs little
   * against the transfer, and the batch's memory would grow for nothing.
   */
  static final long MAX_BATCH_BYTES = 16L << 20;

  /** How long nothing must have been written before {@link Committer#syncMark}, in milliseconds. */
  private static final long SYNC_MARK_AFTER_MILLIS = 500;

  private static final Logger LOG = LoggerFactory.getLogger(BatchWriter.class);

  /** Wakes the thread up to end. */
  private static final class End implements Task {
    @Override
    public Object owner() {
      return this;
    }

    @Override
    public long bytes() {
      return 0;
    }

    @Override
    public boolean readsBeforeItWrites() {
      return false;
    }

    @Override
    public void addTo(Batch batch) {}

    @Override
    public void durable() {}

    @Override
    public void failed(Throwable cause) {}
  }

  private final String node;
  private final Path directory;

  /** What is told when there is not even memory to say why. */
  private final StorageException abandoned;

  private final Committer committer;
  private final Batch batch = new Batch();
  private final Runnable afterwards;
  private final BlockingQueue<Task> queue = new LinkedBlockingQueue<>();
  private final Task end = new End();

  /** The tasks of the batch, until they are told. */
  private final List<Task> tasks = new ArrayList<>();

  /** Guards {@code ending}, so that nothing is handed over behind the end. */
  private final ReentrantLock handOver = new ReentrantLock();

  private boolean ending;

  private volatile @Nullable StorageException failure;
  private boolean ended;

  /**
   * Makes one.
   *
   * @param node for log lines
   * @param directory where the committer writes, for messages
   * @param committer the disk
   * @param afterwards run by the writer thread when all is written or has failed
   */
  BatchWriter(String node, Path directory, Committer committer, Runnable afterwards) {
    this.node = node;
    this.directory = directory;
    this.abandoned =
        new StorageException("what writes to " + directory + " has ended, see the log", null);
    this.committer = committer;
    this.afterwards = afterwards;
  }

  /**
   * The thread that is to run this, not started yet. It cannot be interrupted: {@link #end} ends
   * it, and an interrupt would close the file that it is writing to.
   */
  Thread newThread() {
    Thread thread =
        new Thread(this, "raftlog-" + node + "-storage-writer") {
          @Override
          public void interrupt() {
            LOG.warn("node={} the storage's writer thread ignores an interrupt", node);
          }
        };
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Hands over a task; from any thread.
   *
   * @throws IllegalStateException when the thread was told to end; the task is not handed over
   */
  void submit(Task task) {
    handOver.lock();
    try {
      if (ending) {
        throw new IllegalStateException("the storage of node " + node + " is closed", failure);
      }
      queue.add(task);
    } finally {
      handOver.unlock();
    }
  }

  /** Makes the thread end when everything handed over so far is done; from any thread, any time. */
  void end() {
    handOver.lock();
    try {
      ending = true;
      queue.add(end);
    } finally {
      handOver.unlock();
    }
  }

  @Override
  public void run() {
    try (batch) {
      while (!ended) {
        Task first = next();
        if (first != null) {
          write(first);
        }
      }
      syncMark();
    } catch (Throwable e) {
      abandon(e);
    } finally {
      afterwards.run();
    }
  }

  /** The thread cannot go on: nobody must wait for what is in its hands or in the queue. */
  private void abandon(Throwable cause) {
    handOver.lock();
    try {
      ending = true;
    } finally {
      handOver.unlock();
    }
    try {
      fail(cause);
    } finally {
      failure = failure == null ? abandoned : failure;
      reportFailure(tasks);
      reportFailure(queue);
    }
  }

  private @Nullable Task next() {
    try {
      if (failure != null || !committer.isMarkDirty()) {
        return queue.take();
      }
      Task task = queue.poll(SYNC_MARK_AFTER_MILLIS, TimeUnit.MILLISECONDS);
      if (task == null) {
        syncMark();
      }
      return task;
    } catch (InterruptedException e) {
      throw new IllegalStateException("this thread cannot be interrupted", e);
    }
  }

  private void syncMark() {
    if (failure != null || !committer.isMarkDirty()) {
      return;
    }
    try {
      committer.syncMark();
    } catch (Throwable e) {
      fail(e);
    }
  }

  /** Writes one batch: the first task and what else is there. */
  private void write(Task first) {
    try {
      long bytes = 0;
      for (Task task = first; task != null; task = nextOfBatch(bytes)) {
        if (task == end) {
          ended = true;
          break;
        }
        tasks.add(task);
        bytes += task.bytes();
        if (failure == null) {
          task.addTo(batch);
        }
      }
      commit();
    } catch (Throwable e) {
      fail(e);
      reportFailure(tasks);
    }
    tasks.clear();
  }

  /** The next task, or null when there is none yet or it does not belong into this batch. */
  private @Nullable Task nextOfBatch(long bytes) {
    Task next = queue.peek();
    if (next == null
        || bytes >= MAX_BATCH_BYTES
        || (next.readsBeforeItWrites() && !batch.isEmpty())) {
      return null;
    }
    return queue.poll();
  }

  private void commit() throws Exception {
    if (failure != null) {
      reportFailure(tasks);
      return;
    }
    if (!batch.isEmpty()) {
      committer.commit(batch);
      batch.clear();
    }
    reportDurable();
  }

  private void reportDurable() {
    IdentityHashMap<Object, Task> last = new IdentityHashMap<>();
    for (Task task : tasks) {
      last.put(task.owner(), task);
    }
    for (Task task : tasks) {
      if (last.get(task.owner()) == task) {
        try {
          task.durable();
        } catch (Throwable e) {
          LOG.error("node={} a storage listener threw from onDurable", node, e);
        }
      }
    }
  }

  private void reportFailure(Collection<Task> failed) {
    StorageException cause = failure;
    if (cause == null) {
      throw new IllegalStateException("no failure to report");
    }
    for (Task task : failed) {
      try {
        task.failed(cause);
      } catch (Throwable e) {
        LOG.error("node={} a storage listener threw from onFailure", node, e);
      }
    }
  }

  private void fail(Throwable cause) {
    if (failure != null) {
      return;
    }
    failure = new StorageException(explained(cause), cause);
    LOG.error(
        "node={} storage failed; every log of this node stops with its next write", node, failure);
  }

  private String explained(Throwable cause) {
    // The message of such an exception is the file alone.
    boolean isOfFile = cause instanceof FileSystemException;
    String message = isOfFile ? null : cause.getMessage();
    String what = message == null ? cause.toString() : message;
    if (cause instanceof OutOfMemoryError) {
      return "no memory was left to write to "
          + directory
          + ", and nothing will be written any more: "
          + what
          + "; give the process more memory and restart the node";
    }
    return "a write to "
        + directory
        + " failed, and none will be tried again: "
        + what
        + (RocksErrors.isDiskFull(cause)
            ? "; the disk is full, make room and restart the node"
            : "; check the disk and the limits of this process (ulimit -a), and restart the node");
  }
}
