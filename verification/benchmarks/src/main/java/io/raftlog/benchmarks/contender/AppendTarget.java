package io.raftlog.benchmarks.contender;

import java.util.concurrent.CompletableFuture;

/** What a load appends to. */
public interface AppendTarget {
  /**
   * Waits until a replica leads, to whom appends then go. Called before the first append, and again
   * after one has failed, by the thread that appends. Blocks.
   *
   * @throws Exception when nobody leads after a minute
   */
  void awaitLeader() throws Exception;

  /**
   * Appends a record, through the replica that leads. Called by one thread. May block while the
   * contender takes no more.
   *
   * @param payload belongs to the contender from now on; is not changed by anybody
   * @return completes when the record is acknowledged: for a durable contender, when a majority has
   *     it on disk
   */
  CompletableFuture<?> append(byte[] payload);
}
