package io.raftlog;

import io.raftlog.spi.LogStorage;
import io.raftlog.spi.StorageException;
import io.raftlog.spi.StorageListener;
import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredEntry;
import io.raftlog.spi.StoredState;
import io.raftlog.spi.StoredState.TermStart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * One log on a {@link ChaosDisk}. A write is synced at once, on the writer's thread, unless the
 * disk hangs or fails. The bytes are copied only when they are synced, and only synced entries are
 * ever read: both are allowed.
 */
final class ChaosLog {
  private final TreeMap<Long, StoredEntry> entries = new TreeMap<>();
  private final ArrayDeque<StorageWrite> unsynced = new ArrayDeque<>();
  private ByteBuffer hardState;
  private ByteBuffer checkpoint;
  private long lastIndex;
  private long syncs;
  private boolean hangs;
  private Supplier<? extends Throwable> failure;
  private Throwable readFailure;
  private CountDownLatch readGate = new CountDownLatch(0);
  private Opened opened;

  synchronized LogStorage open(StorageListener listener) {
    failure = null;
    opened = new Opened(listener);
    return opened;
  }

  synchronized void close() {
    // A real disk would make close() wait; what hangs for ever is as good as lost.
    unsynced.clear();
    opened = null;
  }

  synchronized void crash() {
    unsynced.clear();
    opened = null;
    hangs = false;
  }

  /** Writes are taken and never become durable until {@link #resume}. */
  synchronized void hang() {
    hangs = true;
  }

  void resume() {
    synchronized (this) {
      hangs = false;
    }
    sync();
  }

  /**
   * The next write, and every later one, fails: an Error or an IOException is thrown, anything else
   * is told to the listener.
   */
  synchronized void failWrites(Supplier<? extends Throwable> cause) {
    failure = cause;
  }

  /** Reads fail in a way that the SPI does not foresee, until null is set. */
  synchronized void failReads(Throwable cause) {
    readFailure = cause;
  }

  /** Reads wait until the gate is opened. */
  synchronized void gateReads(CountDownLatch gate) {
    readGate = gate;
  }

  /** How often this log was synced. */
  synchronized long syncs() {
    return syncs;
  }

  synchronized long unsyncedBytes() {
    long bytes = 0;
    for (StorageWrite write : unsynced) {
      for (StoredEntry entry : write.entries()) {
        bytes += entry.bytes().remaining();
      }
    }
    return bytes;
  }

  synchronized long lastIndex() {
    return lastIndex;
  }

  /** The durable entries, as they are. */
  synchronized List<StoredEntry> entries() {
    return List.copyOf(entries.values());
  }

  /** Flips one bit of a durable entry. */
  synchronized void flip(long index, int bit) {
    StoredEntry entry = entries.get(index);
    entries.put(index, withBytes(entry, flipped(entry.bytes(), bit)));
  }

  synchronized void flipHardState(int bit) {
    hardState = flipped(hardState, bit);
  }

  synchronized void flipCheckpoint(int bit) {
    checkpoint = flipped(checkpoint, bit);
  }

  synchronized int hardStateBits() {
    return hardState.remaining() * 8;
  }

  synchronized int checkpointBits() {
    return checkpoint == null ? 0 : checkpoint.remaining() * 8;
  }

  private static ByteBuffer flipped(ByteBuffer bytes, int bit) {
    ByteBuffer copy = copy(bytes);
    copy.put(bit / 8, (byte) (copy.get(bit / 8) ^ (1 << (bit % 8))));
    return copy;
  }

  private static ByteBuffer copy(ByteBuffer bytes) {
    return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
  }

  /** Languages without checked exceptions throw them from wherever they like. */
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> RuntimeException undeclared(Throwable cause) throws E {
    throw (E) cause;
  }

  private static StoredEntry withBytes(StoredEntry entry, ByteBuffer bytes) {
    return new StoredEntry(
        entry.index(), entry.term(), entry.firstOffset(), entry.recordCount(), bytes);
  }

  private void sync() {
    StorageListener told;
    long durable = 0;
    synchronized (this) {
      if (hangs || opened == null) {
        return;
      }
      told = opened.listener;
      while (!unsynced.isEmpty()) {
        StorageWrite write = unsynced.remove();
        store(write);
        durable = write.writeId();
      }
      if (durable == 0) {
        return;
      }
      syncs++;
    }
    told.onDurable(durable);
  }

  private void store(StorageWrite write) {
    if (write.truncateFrom() > 0) {
      entries.tailMap(write.truncateFrom(), true).clear();
      lastIndex = Math.min(lastIndex, write.truncateFrom() - 1);
    }
    for (StoredEntry entry : write.entries()) {
      entries.put(entry.index(), withBytes(entry, copy(entry.bytes())));
      lastIndex = entry.index();
    }
    hardState = write.hardState() == null ? hardState : copy(write.hardState());
    checkpoint = write.checkpoint() == null ? checkpoint : copy(write.checkpoint());
  }

  private final class Opened implements LogStorage {
    private final StorageListener listener;
    private boolean failed;
    private long lastWriteId;

    Opened(StorageListener listener) {
      this.listener = listener;
    }

    @Override
    public StoredState storedState() {
      synchronized (ChaosLog.this) {
        List<TermStart> terms = new ArrayList<>();
        long term = 0;
        for (StoredEntry entry : entries.values()) {
          if (entry.term() != term) {
            term = entry.term();
            terms.add(new TermStart(term, entry.index()));
          }
        }
        return new StoredState(hardState, checkpoint, 1, lastIndex, terms);
      }
    }

    @Override
    public void write(StorageWrite write) {
      Throwable cause;
      synchronized (ChaosLog.this) {
        if (opened != this) {
          return;
        }
        if (write.writeId() != lastWriteId + 1) {
          throw new AssertionError("write " + write.writeId() + " after " + lastWriteId);
        }
        lastWriteId = write.writeId();
        failed |= failure != null;
        cause = failed && failure != null ? failure.get() : null;
        if (!failed) {
          unsynced.add(write);
        }
      }
      if (cause instanceof Error || cause instanceof IOException) {
        throw undeclared(cause);
      }
      if (cause != null) {
        listener.onFailure(write.writeId(), cause);
      }
      sync();
    }

    @Override
    public List<ByteBuffer> read(long fromIndex, int maxBytes) {
      awaitGate();
      synchronized (ChaosLog.this) {
        check();
        List<ByteBuffer> read = new ArrayList<>();
        long bytes = 0;
        if (entries.containsKey(fromIndex)) {
          for (StoredEntry entry : entries.tailMap(fromIndex, true).values()) {
            bytes += entry.bytes().remaining();
            if (bytes > maxBytes && !read.isEmpty()) {
              break;
            }
            read.add(copy(entry.bytes()));
          }
        }
        return read;
      }
    }

    @Override
    public long indexOf(long offset) {
      awaitGate();
      synchronized (ChaosLog.this) {
        check();
        for (StoredEntry entry : entries.values()) {
          if (offset >= entry.firstOffset() && offset < entry.firstOffset() + entry.recordCount()) {
            return entry.index();
          }
        }
        return 0;
      }
    }

    private void awaitGate() {
      CountDownLatch gate;
      synchronized (ChaosLog.this) {
        gate = readGate;
      }
      boolean interrupted = false;
      while (gate.getCount() > 0) {
        try {
          gate.await();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private void check() {
      if (readFailure != null) {
        throw undeclared(readFailure);
      }
      if (opened != this) {
        throw new StorageException("the storage is closed", null);
      }
    }
  }
}
