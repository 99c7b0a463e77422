package io.raftlog.internal.replica;

import io.raftlog.internal.core.Effects;
import io.raftlog.spi.LogStorage;
import io.raftlog.spi.StorageException;
import io.raftlog.spi.StorageListener;
import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The replica's writes to its storage. Owned by the loop thread; the storage reports from any
 * thread.
 */
final class Journal implements StorageListener {
  /** A write on its way: what the storage calls it, and what the core does (0 for a checkpoint). */
  private record InFlight(long storageWriteId, long coreWriteId, long bytes) {}

  private final Runnable wakeUp;
  private final AtomicLong durable = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final ArrayDeque<InFlight> inFlight = new ArrayDeque<>();
  private long lastWriteId;
  private long lastCheckpointWriteId;
  private long inFlightBytes;

  Journal(Runnable wakeUp) {
    this.wakeUp = wakeUp;
  }

  @Override
  public void onDurable(long writeId) {
    durable.accumulateAndGet(writeId, Math::max);
    wakeUp.run();
  }

  @Override
  public void onFailure(long writeId, Throwable cause) {
    Throwable known =
        cause == null
            ? new StorageException("write " + writeId + " failed, no cause was given", null)
            : cause;
    failure.compareAndSet(null, known);
    wakeUp.run();
  }

  /** Stores what the core asks for, with the entries' bytes and the commit index. */
  void write(LogStorage storage, Effects.Write write, long commitIndex, EntryTail tail) {
    List<StoredEntry> entries = new ArrayList<>();
    long bytes = 0;
    for (long index = write.fromIndex(); index <= write.toIndex(); index++) {
      LogEntry entry = tail.get(index);
      if (entry == null) {
        throw new IllegalStateException("entry " + index + " is not in memory to be written");
      }
      entries.add(entry.stored());
      bytes += entry.length();
    }
    lastWriteId++;
    inFlight.add(new InFlight(lastWriteId, write.writeId(), bytes));
    inFlightBytes += bytes;
    storage.write(
        new StorageWrite(
            lastWriteId,
            HardStateCodec.encode(new HardStateCodec.Stored(write.hardState(), commitIndex)),
            write.truncateFrom(),
            entries,
            null,
            0));
  }

  /** Stores the tables; the hard state goes with them, so that the commit index is as new. */
  void writeCheckpoint(LogStorage storage, Checkpoint checkpoint, HardStateCodec.Stored state) {
    lastWriteId++;
    lastCheckpointWriteId = lastWriteId;
    inFlight.add(new InFlight(lastWriteId, 0, 0));
    storage.write(
        new StorageWrite(
            lastWriteId, HardStateCodec.encode(state), 0, List.of(), checkpoint.encode(), 0));
  }

  /** The last of the core's writes that has become durable since the last call, 0 for none. */
  long takeDurable() {
    long durableId = durable.get();
    if (durableId > lastWriteId) {
      throw new IllegalStateException(
          "the storage reported write " + durableId + ", the last one is " + lastWriteId);
    }
    long coreWriteId = 0;
    while (!inFlight.isEmpty() && inFlight.peek().storageWriteId() <= durableId) {
      InFlight done = inFlight.remove();
      inFlightBytes -= done.bytes();
      coreWriteId = Math.max(coreWriteId, done.coreWriteId());
    }
    return coreWriteId;
  }

  /** Whether entries are on their way to the disk. */
  boolean isBusy() {
    return inFlightBytes > 0;
  }

  boolean isCheckpointing() {
    return durable.get() < lastCheckpointWriteId;
  }

  /** Why a write has failed; null as long as none has. */
  @Nullable Throwable failure() {
    return failure.get();
  }
}
