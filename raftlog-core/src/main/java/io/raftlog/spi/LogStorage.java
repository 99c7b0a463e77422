package io.raftlog.spi;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One log's entries and metadata on one node's disk.
 *
 * <p>{@link #storedState} and {@link #write} are called by one thread at a time; {@link #read} and
 * {@link #indexOf} by any number of threads, also while a write is in progress.
 */
public interface LogStorage {
  /**
   * What was stored when the log was opened. Blocks; called once, before the first write.
   *
   * @return the recovered state
   * @throws StorageException when it cannot be read
   */
  StoredState storedState();

  /**
   * Stores one write, atomically: after a crash either all of it is there or nothing. Returns at
   * once, without waiting for the disk; never throws for the disk's sake, but calls {@link
   * StorageListener#onFailure}.
   *
   * <p>It may be called by an interrupted thread, which stays interrupted. After {@link
   * NodeStorage#close} a write is ignored, or refused with an {@link IllegalStateException}; no
   * listener is told.
   *
   * <p>Writes become durable in the order of the calls: a write is never durable before an earlier
   * one. Durable means that it survives a power failure (fsync or better). When the write is
   * durable the storage calls {@link StorageListener#onDurable}; several writes may be reported by
   * one call with the last one's id. After a write or an fsync has failed the storage must report
   * {@link StorageListener#onFailure} for it and for every later write, must not retry the fsync,
   * and must never again report anything as durable.
   *
   * <p>However long a write takes, raftlog stays correct. But a vote is a write too: with storages
   * that are slower than the election timeout, elections take long. Raftlog bounds the bytes that
   * are under way: to about five times {@code maxInFlightBytes} of the log's options.
   *
   * @param write what to store; its buffers are shared and must only be read
   * @throws IllegalArgumentException when the storage notices that the write does not fit, see
   *     {@link StorageWrite}; it need not notice
   */
  void write(StorageWrite write);

  /**
   * Reads entries. Blocks; called from any thread. Entries of writes that were reported durable and
   * that were not truncated or trimmed must be found; later ones may be. Entries that a durable
   * write has truncated or trimmed are not found.
   *
   * @param fromIndex the first entry's index; any number
   * @param maxBytes how many bytes at most, in all, from 0; but one entry at least, however large
   * @return the entries' bytes in index order without a gap, beginning with {@code fromIndex};
   *     empty when there is no entry {@code fromIndex}, be it trimmed, beyond the end, 0 or
   *     negative. The caller may keep the buffers
   * @throws StorageException when the disk fails, the bytes are known to be corrupted, the calling
   *     thread is interrupted (a storage may refuse it then, but must go on to serve the others),
   *     or the storage is closed
   */
  List<ByteBuffer> read(long fromIndex, int maxBytes);

  /**
   * Finds the entry that holds a record. Blocks; called from any thread.
   *
   * @param offset a record's offset; any number
   * @return the index of the entry whose records include that offset, or 0 when there is none, be
   *     it trimmed, beyond the end or negative; as in {@link #read}, only durable entries must be
   *     found
   * @throws StorageException as in {@link #read}
   */
  long indexOf(long offset);
}
