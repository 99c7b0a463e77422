package io.raftlog.internal.subscription;

import io.raftlog.RaftLogException;
import io.raftlog.ReadOptions;
import io.raftlog.ReadResult;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where a publisher's records come from. Any thread; no method blocks. */
public interface RecordSource {
  /**
   * Finds where a subscription begins. Asked once when a subscriber subscribes, and again after a
   * failure that passes.
   *
   * @return the first record's offset
   */
  CompletableFuture<Long> firstOffset();

  /**
   * The end of what is known to be committed here.
   *
   * @return the offset, exclusive
   */
  long endOffset();

  /**
   * Reads; see {@link io.raftlog.RaftLog#read(long, ReadOptions)}. Cancelling the future ends the
   * wait.
   *
   * @param offset the first record's offset
   * @param options how many, and how long to wait for the first
   * @return the records
   */
  CompletableFuture<ReadResult> read(long offset, ReadOptions options);

  /**
   * Why no more records may be delivered, not even those that have been read. Asked before each.
   *
   * @return null when there is no reason
   */
  default @Nullable RaftLogException over() {
    return null;
  }
}
