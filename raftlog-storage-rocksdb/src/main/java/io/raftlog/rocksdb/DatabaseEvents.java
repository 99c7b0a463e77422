package io.raftlog.rocksdb;

import org.jspecify.annotations.Nullable;
import org.rocksdb.AbstractEventListener;
import org.rocksdb.BackgroundErrorReason;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for what fails in RocksDB's own threads, flushes and compactions, and remembers the first
 * such error. Called by RocksDB's threads, asked by the writer thread.
 */
final class BackgroundErrors extends AbstractEventListener {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundErrors.class);

  private final String node;
  private volatile @Nullable RocksDBException first;

  BackgroundErrors(String node) {
    super(EnabledEventCallback.ON_BACKGROUND_ERROR, EnabledEventCallback.ON_ERROR_RECOVERY_BEGIN);
    this.node = node;
  }

  /** Throws the first background error, if there was any. */
  void check() throws RocksDBException {
    RocksDBException error = first;
    if (error != null) {
      throw error;
    }
  }

  @Override
  public void onBackgroundError(BackgroundErrorReason reason, Status status) {
    if (first == null) {
      first = new RocksDBException(reason + " failed: " + status.getState(), status);
    }
    LOG.error(
        "node={} RocksDB failed in the background reason={} code={} state={}",
        node,
        reason,
        status.getCodeString(),
        status.getState());
  }

  @Override
  public boolean onErrorRecoveryBegin(BackgroundErrorReason reason, Status status) {
    return false;
  }
}
