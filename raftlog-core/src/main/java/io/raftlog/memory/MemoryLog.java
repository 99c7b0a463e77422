package io.raftlog.memory;

import io.raftlog.spi.LogStorage;
import io.raftlog.spi.StorageException;
import io.raftlog.spi.StorageListener;
import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredEntry;
import io.raftlog.spi.StoredState;
import io.raftlog.spi.StoredState.TermStart;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One log in memory: a write is durable when it returns. Thread-safe, under a lock. */
final class MemoryLog implements LogStorage {
  private final ReentrantLock lock = new ReentrantLock();
  private final TreeMap<Long, StoredEntry> entries = new TreeMap<>();
  private final TreeMap<Long, Long> indexByOffset = new TreeMap<>();
  private @Nullable ByteBuffer hardState;
  private @Nullable ByteBuffer checkpoint;
  private long firstIndex = 1;
  private long lastIndex;
  private @Nullable StorageListener listener;

  MemoryLog open(StorageListener opener) {
    lock.lock();
    try {
      if (listener != null) {
        throw new IllegalStateException("the log is open already");
      }
      listener = opener;
      return this;
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      listener = null;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public StoredState storedState() {
    lock.lock();
    try {
      List<TermStart> terms = new ArrayList<>();
      long term = 0;
      for (StoredEntry entry : entries.values()) {
        if (entry.term() != term) {
          term = entry.term();
          terms.add(new TermStart(term, entry.index()));
        }
      }
      return new StoredState(hardState, checkpoint, firstIndex, lastIndex, terms);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void write(StorageWrite write) {
    lock.lock();
    try {
      StorageListener told = listener;
      if (told != null) {
        store(write);
        // Under the lock, so that close waits for it.
        told.onDurable(write.writeId());
      }
    } finally {
      lock.unlock();
    }
  }

  private void store(StorageWrite write) {
    if (write.truncateFrom() > 0) {
      for (StoredEntry removed : entries.tailMap(write.truncateFrom(), true).values()) {
        indexByOffset.remove(removed.firstOffset(), removed.index());
      }
      entries.tailMap(write.truncateFrom(), true).clear();
      lastIndex = Math.max(firstIndex - 1, Math.min(lastIndex, write.truncateFrom() - 1));
    }
    for (StoredEntry entry : write.entries()) {
      entries.put(entry.index(), entry);
      if (entry.recordCount() > 0) {
        indexByOffset.put(entry.firstOffset(), entry.index());
      }
      lastIndex = entry.index();
    }
    hardState = write.hardState() == null ? hardState : write.hardState();
    checkpoint = write.checkpoint() == null ? checkpoint : write.checkpoint();
    if (write.trimBefore() > firstIndex) {
      firstIndex = Math.min(write.trimBefore(), lastIndex + 1);
      for (StoredEntry removed : entries.headMap(firstIndex, false).values()) {
        indexByOffset.remove(removed.firstOffset(), removed.index());
      }
      entries.headMap(firstIndex, false).clear();
    }
  }

  @Override
  public List<ByteBuffer> read(long fromIndex, int maxBytes) {
    lock.lock();
    try {
      checkOpen();
      List<ByteBuffer> read = new ArrayList<>();
      long bytes = 0;
      if (entries.containsKey(fromIndex)) {
        for (StoredEntry entry : entries.tailMap(fromIndex, true).values()) {
          bytes += entry.bytes().remaining();
          if (bytes > maxBytes && !read.isEmpty()) {
            break;
          }
          read.add(entry.bytes().duplicate());
        }
      }
      return read;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long indexOf(long offset) {
    lock.lock();
    try {
      checkOpen();
      Map.Entry<Long, Long> floor = indexByOffset.floorEntry(offset);
      StoredEntry entry = floor == null ? null : entries.get(floor.getValue());
      boolean holds = entry != null && offset < entry.firstOffset() + entry.recordCount();
      return holds && entry != null ? entry.index() : 0;
    } finally {
      lock.unlock();
    }
  }

  private void checkOpen() {
    if (listener == null) {
      throw new StorageException("the storage is closed", null);
    }
  }
}
