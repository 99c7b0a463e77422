package io.raftlog.rocksdb;

import org.rocksdb.RocksDBException;

/** Something to be written, on its way through the writer thread, which calls every method. */
interface Task {
  /**
   * Whose task it is: of an owner's tasks in one batch only the last is told that it is durable.
   */
  Object owner();

  /** About how many bytes it adds to a batch. */
  long bytes();

  /**
   * Whether everything before it must be committed first, because it reads what is stored in order
   * to know what to write.
   */
  boolean readsBeforeItWrites();

  /** Adds what is to be written; when it throws, the batch is not written. */
  void addTo(Batch batch) throws RocksDBException;

  /** This task and all earlier ones of the owner are durable. */
  void durable();

  /** This task will never be durable. */
  void failed(Throwable cause);
}
