package io.raftlog.rocksdb;

import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredEntry;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * A log's write on its way through the writer thread.
 *
 * @param log whose
 * @param write what is stored
 * @param change what that means for the log's keys
 */
record LogWrite(RocksDbLog log, StorageWrite write, LogChange change) implements Task {
  /** For the keys of an entry and its place in {@code offsets}. */
  private static final int OVERHEAD_BYTES = 64;

  @Override
  public Object owner() {
    return log;
  }

  @Override
  public long bytes() {
    long bytes = OVERHEAD_BYTES;
    bytes += remaining(write.hardState());
    bytes += remaining(write.checkpoint());
    for (StoredEntry entry : write.entries()) {
      bytes += OVERHEAD_BYTES + entry.bytes().remaining();
    }
    return bytes;
  }

  private static int remaining(@Nullable ByteBuffer bytes) {
    return bytes == null ? 0 : bytes.remaining();
  }

  @Override
  public boolean readsBeforeItWrites() {
    return change.truncates() || change.trims();
  }

  @Override
  public void addTo(Batch batch) throws RocksDBException {
    log.logWriter().add(batch, write, change);
  }

  @Override
  public void durable() {
    log.trimmedTo(change.trimTo());
    log.logWriter().committed();
    log.listener().onDurable(write.writeId());
  }

  @Override
  public void failed(Throwable cause) {
    log.listener().onFailure(write.writeId(), cause);
  }
}
