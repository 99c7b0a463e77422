package io.raftlog.spi;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One log's entries and metadata on one node's disk. For its buffers, threads and exceptions see
 * {@link io.raftlog.spi}.
 *
 * <p>{@link #storedState} and {@link #write} are called by one thread at a time; {@link #read} and
 * {@link #indexOf} by any number of threads, also while a write is in progress.
 */
public interface LogStorage {
  /**
   * What was stored when the log was opened. Blocks; called once, before the first write and the
   * first read.
   *
   * @return the recovered state
   * @throws StorageException when it cannot be read
   */
  StoredState storedState();

  /**
   * Stores one write, atomically: after a crash either all of it is there or nothing. Returns at
   * once, without waiting for the disk or for room in a queue; never throws for the disk's sake,
   * but calls {@link StorageListener#onFailure}.
   *
   * <p>It may be called by an interrupted thread, which stays interrupted. After {@link
   * NodeStorage#close} a write is ignored, or refused with an {@link IllegalStateException}; no
   * listener is told.
   *
   * <p>Writes become durable in the order of the calls: a write is never durable before an earlier
   * one. Durable means that it survives a power failure (fsync or better). When the write is
   * durable the storage calls {@link StorageListener#onDurable}; several writes may be reported by
   * one call with the last one's id. Writes of different logs need not wait for each other.
   *
   * <p>After a write or an fsync has failed the storage must report {@link
   * StorageListener#onFailure} for it and for every later write, must not retry the fsync, and must
   * never again report anything as durable, until it is opened anew: see {@link StoredState} for
   * what it may trust then. A full disk is such a failure. So is the loss of what was durable, once
   * it is noticed; with no write under way the next one is failed. Logs that share the file, or the
   * fsync, that has failed all fail. When raftlog has noticed the failure, it hands over no more
   * writes of that log.
   *
   * <p>However long a write takes, raftlog stays correct. But a vote is a write too: with storages
   * that are slower than the election timeout, elections take long. Raftlog bounds the bytes that
   * are under way: to about five times {@code maxInFlightBytes} of the log's options, or 16 MiB if
   * that is more.
   *
   * @param write what to store; it may be kept for as long as it is needed
   * @throws IllegalArgumentException when the storage notices that the write does not fit, see
   *     {@link StorageWrite}; it need not notice
   */
  void write(StorageWrite write);

  /**
   * Reads entries. Blocks; called from any thread. Entries of writes that were reported durable and
   * that were not truncated or trimmed must be found; later ones may be. Entries that a durable
   * write has truncated or trimmed are not found. As long as a write is not durable, what it
   * changes may be read as it was, or as it will be, or some of each; but every entry as a whole,
   * and in its own place.
   *
   * <p>Raftlog does not try again: an exception, or nothing where an entry must be found, stops the
   * replica. What is worth a second attempt the storage attempts itself.
   *
   * @param fromIndex the first entry's index; any number
   * @param maxBytes how many bytes at most, in all, from 0; but one entry at least, however large.
   *     Fewer may be returned than would fit, but each call is a round trip of a node that catches
   *     up
   * @return the entries in index order without a gap, beginning with {@code fromIndex}, one buffer
   *     for each, with exactly the bytes that were written; empty when there is no entry {@code
   *     fromIndex}, be it trimmed, beyond the end, 0 or negative. The caller may keep the buffers,
   *     and passes parts of them on to the application. A buffer that is a view of a larger array
   *     keeps all of that in memory
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
   *     it trimmed, beyond the end or negative; what must be found and what may be is as in {@link
   *     #read}
   * @throws StorageException as in {@link #read}
   */
  long indexOf(long offset);
}
