package io.raftlog;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * The one owner of a durable subscription: a named position in the log that survives every crash.
 * From {@link RaftLog#subscription(String)}. Thread-safe; no method blocks; futures complete on the
 * node's callback executor.
 *
 * <p>Delivery is at least once: whoever takes over begins at the last committed position, so what
 * was delivered but not committed comes again. Commit after a record's effect is durable, or
 * together with it.
 *
 * <p>Whoever asks for the same name later, on any node, fences this one: its commits fail with
 * {@link SubscriptionFencedException} and move nothing, and its publishers end with that exception
 * when this node has heard of it and the next record comes.
 */
public interface Subscription extends AutoCloseable {
  /**
   * The subscription's name.
   *
   * @return the name that it was asked for with
   */
  String name();

  /**
   * The position that is known to be committed.
   *
   * @return the offset of the first record that is not done
   */
  long position();

  /**
   * How many records that this node knows to be committed are not done.
   *
   * @return records
   */
  long lag();

  /**
   * The records from the position on, and whatever is appended later. Cold: every subscriber begins
   * at the position as it is when it subscribes. Delivering a record does not commit it.
   *
   * @return the records; see {@link RaftLog#subscribe(StartAt, SubscribeOptions)}
   */
  Flow.Publisher<LogRecord> records();

  /**
   * Commits that everything before an offset is done. The future completes when a majority has that
   * on disk. Positions only move forward: one that is not beyond the committed position changes
   * nothing. May be called for every record: while one commit is under way, only the highest of
   * those called since is sent next, and it completes them all.
   *
   * <p>Fails with {@link SubscriptionFencedException} for good when another one has the name, or it
   * was removed; with {@link NoLeaderException} or {@link AppendOutcomeUnknownException} when it
   * takes longer than the log's append timeout, or {@link BackpressureException}, also when 65,536
   * calls wait for the commit under way: then commit again, or go on and commit a later one; with
   * {@link OffsetOutOfRangeException} when the leader confirms that the log ends before the offset;
   * with {@link LogFailedException} or {@link NodeClosedException} of this node.
   *
   * @param nextOffset the offset of the first record that is not done: the last one's offset + 1.
   *     It may have been read elsewhere: a node that lags learns of the log up to there first, by a
   *     linearizable read, which takes 10 seconds at most and then fails with {@link
   *     NoLeaderException}; only then the append timeout begins
   * @return completes when it is durable
   * @throws IllegalArgumentException when it is negative
   */
  CompletableFuture<Void> commit(long nextOffset);

  /**
   * Removes the subscription and its position from the log. This one is over then; a later one of
   * the same name is new. Fails as {@link #commit} does.
   *
   * @return completes when it is durable
   */
  CompletableFuture<Void> remove();

  /**
   * Commits no more and ends its publishers, with {@link NodeClosedException}. The position
   * remains. Commits that are under way get their outcome. Does not block; may be called twice.
   */
  @Override
  void close();
}
