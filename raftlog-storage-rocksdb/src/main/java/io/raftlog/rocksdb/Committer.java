package io.raftlog.rocksdb;

import java.io.IOException;
import org.rocksdb.RocksDBException;

/** Makes batches durable: the disk, as the writer thread sees it. Called by that thread only. */
interface Committer {
  /**
   * Writes a batch and syncs it. When it throws, nobody can say what is on the disk: it must not be
   * called again.
   */
  void commit(Batch batch) throws IOException, RocksDBException;

  /** Whether {@link #syncMark} has something to do. */
  boolean isMarkDirty();

  /** Called when nothing has been written for a while: syncs the mark, see {@link DurableMark}. */
  void syncMark() throws IOException;
}
