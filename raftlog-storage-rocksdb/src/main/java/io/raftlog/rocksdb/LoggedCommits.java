package io.raftlog.rocksdb;

import java.io.IOException;
import org.rocksdb.RocksDBException;

/**
 * The disk: a batch is written to the write-ahead log and synced, and then given to RocksDB. Owned
 * by the writer thread.
 */
final class LoggedCommits implements Committer, AutoCloseable {
  private final Database database;
  private final WriteAheadLog log;
  private final DurableMark mark;

  LoggedCommits(Database database, WriteAheadLog log, DurableMark mark) {
    this.database = database;
    this.log = log;
    this.mark = mark;
  }

  /**
   * {@inheritDoc}
   *
   * <p>With each file of the log, RocksDB writes tables of what it has in memory: so the log has a
   * few files, and opening takes no longer than to read them. It does so while the next file is
   * filled.
   */
  @Override
  public void commit(Batch batch) throws IOException, RocksDBException {
    database.checkBackgroundErrors();
    if (log.isFull()) {
      log.beginFile(database.persistedRecord());
      database.flush();
    }
    long number = log.append(batch.record());
    mark.advanceTo(number);
    database.apply(batch.batch(), number);
  }

  @Override
  public boolean isMarkDirty() {
    return mark.isDirty();
  }

  @Override
  public void syncMark() throws IOException {
    mark.sync();
  }

  @Override
  public void close() throws IOException {
    try (mark) {
      log.close();
    }
  }
}
