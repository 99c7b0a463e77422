package io.raftlog.benchmarks.contender;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** One running replica of a contender. It is started by {@link Starter#start}, and closed once. */
public interface Replica extends AutoCloseable {
  /** Starts a replica. */
  interface Starter {
    /**
     * Starts it, with what it has on disk. Blocks, but not until there is a leader.
     *
     * @param seat where it lives
     * @param applied is told of every record, if this replica's log is not read back
     * @return the replica
     * @throws Exception when it cannot start
     */
    Replica start(Seat seat, AppliedNumbers applied) throws Exception;
  }

  /** Which of its settings decide when a leader is taken for dead, and what they are. */
  Map<String, String> timing();

  /** Whether it leads, as far as it knows. */
  boolean leads();

  /** Whether it takes appends now. Where only a leader does, that is {@link #leads}. */
  default boolean takesAppends() {
    return leads();
  }

  /**
   * Appends a record. Called by one thread.
   *
   * @param payload belongs to the replica from now on
   * @return completes when the record is acknowledged
   */
  CompletableFuture<?> append(byte[] payload);

  /** How many records it has; grows with each. */
  long records();

  /**
   * Which records it has. Blocks.
   *
   * @param payloads what was appended
   * @return the numbers of the records so far
   */
  SeenNumbers seen(Payloads payloads);

  /** Stops it. Blocks. */
  @Override
  void close();
}
