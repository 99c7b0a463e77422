package io.raftlog.testkit;

import io.raftlog.spi.LogStorage;
import io.raftlog.spi.StorageException;
import io.raftlog.spi.StorageListener;
import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A log of a {@link PlainStorage}: the file of its writes. Each has a length with a checksum, so
 * that a write that is torn at the end of the file differs from a damaged one, and a checksum of
 * all its bytes. Written by the storage's thread, read by any.
 */
final class PlainLog implements LogStorage {
  private static final int PREFIX_BYTES = 12;
  private static final long FAULTY_WAIT_NANOS = 2_000_000;

  private final PlainStorage storage;
  private final Path file;
  private final StorageListener listener;
  private final StorageFault fault;
  private final ReentrantLock lock = new ReentrantLock();
  private final PlainEntries entries;
  private final FileChannel channel;
  private volatile long syncedBytes;
  private volatile boolean broken;
  private boolean failed;

  PlainLog(PlainStorage storage, Path file, StorageListener listener, StorageFault fault)
      throws IOException {
    this.storage = storage;
    this.file = file;
    this.listener = listener;
    this.fault = fault;
    entries = new PlainEntries(fault);
    byte[] found = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    syncedBytes = recover(ByteBuffer.wrap(found));
    channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    channel.truncate(syncedBytes);
    // Written once more: after an fsync that has failed, what was read may be in memory only.
    ByteBuffer kept = ByteBuffer.wrap(found, 0, (int) syncedBytes);
    while (kept.hasRemaining()) {
      channel.write(kept);
    }
    channel.force(true);
  }

  /** Returns where the last whole write ends. */
  private long recover(ByteBuffer all) throws IOException {
    boolean checks = fault != StorageFault.DOES_NOT_CHECK_SUMS;
    while (all.remaining() >= PREFIX_BYTES) {
      int begin = all.position();
      int length = all.getInt();
      boolean rightLength = all.getInt() == crcOfLength(length);
      int crc = all.getInt();
      if (!rightLength) {
        return damaged(begin);
      }
      if (length > all.remaining()) {
        return begin;
      }
      byte[] bytes = new byte[length];
      all.get(bytes);
      if (checks && crc != PlainStorage.crcOf(bytes)) {
        return damaged(begin);
      }
      entries.apply(PlainWrites.decode(ByteBuffer.wrap(bytes)));
    }
    return all.position();
  }

  private long damaged(int at) throws IOException {
    if (fault == StorageFault.STOPS_AT_THE_FIRST_DAMAGE) {
      return at;
    }
    throw new IOException("damaged at byte " + at);
  }

  private static int crcOfLength(int length) {
    return PlainStorage.crcOf(ByteBuffer.allocate(4).putInt(length).array());
  }

  Path file() {
    return file;
  }

  long syncedBytes() {
    return syncedBytes;
  }

  @Override
  public StoredState storedState() {
    lock.lock();
    try {
      return entries.state();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void write(StorageWrite write) {
    if (fault == StorageFault.LOSES_WRITES_OF_INTERRUPTED_THREADS && Thread.interrupted()) {
      return;
    }
    boolean skips =
        fault == StorageFault.TRUNCATES_ONLY_WHAT_IS_DURABLE
            && storage.isBusy()
            && write.truncateFrom() > 0;
    byte[] bytes = PlainWrites.encode(skips ? withoutTruncation(write) : write, fault);
    storage.enqueue(() -> store(write, bytes));
  }

  private static StorageWrite withoutTruncation(StorageWrite write) {
    return new StorageWrite(
        write.writeId(),
        write.hardState(),
        0,
        write.entries(),
        write.checkpoint(),
        write.trimBefore());
  }

  private void store(StorageWrite write, byte[] bytes) {
    long id = write.writeId();
    boolean early =
        fault == StorageFault.REPORTS_BEFORE_IT_WRITES
            || fault == StorageFault.REPORTS_BEFORE_IT_SYNCS;
    if (fault.needsSlowWrites()) {
      LockSupport.parkNanos(FAULTY_WAIT_NANOS);
    }
    if (fault == StorageFault.REPORTS_WRITES_TO_COME) {
      listener.onDurable(id + 1);
    }
    if (early) {
      listener.onDurable(id);
      LockSupport.parkNanos(FAULTY_WAIT_NANOS);
    }
    try {
      if (failed && fault != StorageFault.TRIES_AGAIN) {
        throw new IOException("an earlier write has failed");
      }
      if (storage.diskFails()) {
        throw new IOException("the disk fails");
      }
      append(bytes);
    } catch (IOException e) {
      failed = true;
      listener.onFailure(id, e);
      return;
    }
    if (fault == StorageFault.REPORTS_BEFORE_IT_CAN_BE_READ) {
      listener.onDurable(id);
      LockSupport.parkNanos(10 * FAULTY_WAIT_NANOS);
    }
    apply(PlainWrites.decode(ByteBuffer.wrap(bytes)));
    boolean empty =
        write.entries().isEmpty() && write.hardState() == null && write.checkpoint() == null;
    if (!empty || fault != StorageFault.FORGETS_TO_REPORT_EMPTY_WRITES) {
      boolean other = fault == StorageFault.REPORTS_TO_ONE_LOG_ONLY && !storage.isFirst(this);
      if (!early && !other) {
        listener.onDurable(id);
      }
    }
  }

  private void append(byte[] bytes) throws IOException {
    ByteBuffer record = ByteBuffer.allocate(PREFIX_BYTES + bytes.length);
    record.putInt(bytes.length).putInt(crcOfLength(bytes.length));
    record.putInt(PlainStorage.crcOf(bytes)).put(bytes).flip();
    while (record.hasRemaining()) {
      channel.write(record);
    }
    channel.force(false);
    syncedBytes = channel.position();
  }

  private void apply(StorageWrite write) {
    PlainEntries.Held held = null;
    if (fault == StorageFault.READS_HALF_A_TRUNCATION && write.truncateFrom() > 0) {
      held = putAside();
      LockSupport.parkNanos(FAULTY_WAIT_NANOS);
    }
    lock.lock();
    try {
      if (held != null) {
        entries.putBack(held);
      }
      entries.apply(write);
    } finally {
      lock.unlock();
    }
  }

  private PlainEntries.Held putAside() {
    lock.lock();
    try {
      return entries.removeAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<ByteBuffer> read(long fromIndex, int maxBytes) {
    lock.lock();
    try {
      checkReadable();
      return entries.read(fromIndex, maxBytes);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long indexOf(long offset) {
    lock.lock();
    try {
      checkReadable();
      return entries.indexOf(offset);
    } finally {
      lock.unlock();
    }
  }

  private void checkReadable() {
    if (fault == StorageFault.BREAKS_WHEN_A_READER_IS_INTERRUPTED) {
      broken |= Thread.currentThread().isInterrupted();
    }
    if (broken) {
      throw new StorageException(file + " was closed by an interrupt", null);
    }
    if (storage.isClosed() && fault != StorageFault.READS_AFTER_CLOSE) {
      if (fault == StorageFault.FAILS_READERS_WITH_SOMETHING_ELSE) {
        throw new IllegalStateException("closed");
      }
      throw new StorageException(file + " is closed", null);
    }
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
