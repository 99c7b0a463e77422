package io.raftlog.rocksdb;

import java.util.concurrent.atomic.AtomicBoolean;
import org.rocksdb.AbstractEventListener;
import org.rocksdb.MemTableInfo;

/**
 * Is told by RocksDB that its write-ahead log begins a new file. Called by the thread that writes
 * or flushes, asked by the writer thread.
 *
 * <p>Errors are not listened for: RocksDB's Java side throws at reasons that it does not know, for
 * instance when a flush fails, instead of calling the listener.
 */
final class LogFileEvents extends AbstractEventListener {
  private final AtomicBoolean newFile = new AtomicBoolean();

  LogFileEvents() {
    super(EnabledEventCallback.ON_MEMTABLE_SEALED);
  }

  /** Whether a new file was begun since this was asked last. */
  boolean takeNewFile() {
    return newFile.getAndSet(false);
  }

  /** RocksDB begins a new file whenever it begins a new memtable. */
  @Override
  public void onMemTableSealed(MemTableInfo memTable) {
    newFile.set(true);
  }
}
