package io.raftlog;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How to read. Immutable; begin with {@link #DEFAULT}.
 *
 * @param maxRecords how many records at most, at least 1; fewer may come, at least one if there is
 *     one: a result is limited in bytes (4 MiB), and ends where the disk would have to be read once
 *     more, which is done about 1 MiB at a time
 * @param consistency what the read must see
 * @param timeout how long a read may wait until a leader confirms what it must see, and this node
 *     has it; concerns linearizable reads and those with a maxStaleness
 * @param waitFor how long a read at the end of the log waits for a record; zero for not at all
 * @param atLeast up to which end offset the log must be known to the node that reads; 0 for
 *     whatever it knows
 * @param maxStaleness how far a local read may lag behind the log; null for any time
 */
public record ReadOptions(
    int maxRecords,
    Consistency consistency,
    Duration timeout,
    Duration waitFor,
    long atLeast,
    @Nullable Duration maxStaleness) {
  /** How many records a read returns at most unless told otherwise: 10. */
  public static final int DEFAULT_MAX_RECORDS = 10;

  /** 10 records, local, 10 seconds for a leader, no waiting, whatever this node knows. */
  public static final ReadOptions DEFAULT =
      new ReadOptions(
          DEFAULT_MAX_RECORDS, Consistency.LOCAL, Duration.ofSeconds(10), Duration.ZERO, 0, null);

  /** Checks the values. */
  public ReadOptions {
    if (maxRecords < 1) {
      throw new IllegalArgumentException("maxRecords must be at least 1, is " + maxRecords);
    }
    Objects.requireNonNull(consistency, "consistency must not be null");
    Objects.requireNonNull(timeout, "timeout must not be null");
    Objects.requireNonNull(waitFor, "waitFor must not be null");
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout must be positive, is " + timeout);
    }
    if (waitFor.isNegative()) {
      throw new IllegalArgumentException("waitFor must not be negative, is " + waitFor);
    }
    if (atLeast < 0) {
      throw new IllegalArgumentException("atLeast must not be negative, is " + atLeast);
    }
    if (maxStaleness != null && maxStaleness.isNegative()) {
      throw new IllegalArgumentException("maxStaleness must not be negative, is " + maxStaleness);
    }
  }

  /**
   * With another number of records.
   *
   * @param newMaxRecords how many records at most, at least 1
   * @return the changed options
   */
  public ReadOptions withMaxRecords(int newMaxRecords) {
    return new ReadOptions(newMaxRecords, consistency, timeout, waitFor, atLeast, maxStaleness);
  }

  /**
   * With another consistency.
   *
   * @param newConsistency what the read must see
   * @return the changed options
   */
  public ReadOptions withConsistency(Consistency newConsistency) {
    return new ReadOptions(maxRecords, newConsistency, timeout, waitFor, atLeast, maxStaleness);
  }

  /**
   * With another time limit for a leader's confirmation.
   *
   * @param newTimeout how long a read may wait for it, and for this node to have what the leader
   *     said, more than zero
   * @return the changed options
   */
  public ReadOptions withTimeout(Duration newTimeout) {
    return new ReadOptions(maxRecords, consistency, newTimeout, waitFor, atLeast, maxStaleness);
  }

  /**
   * Long-poll: a read at the end of the log completes as soon as one record is committed and known
   * to this node, or with an empty result when the time is up. Costs nothing meanwhile. A read that
   * also has {@link #withAtLeast} waits for both no longer than this.
   *
   * @param newWaitFor how long, from the call on; zero for not at all
   * @return the changed options
   */
  public ReadOptions withWaitFor(Duration newWaitFor) {
    return new ReadOptions(maxRecords, consistency, timeout, newWaitFor, atLeast, maxStaleness);
  }

  /**
   * Read your writes elsewhere: the read waits until this node knows the log up to an end offset,
   * for instance {@code appended.offset() + 1} of an append on another node, or the {@code
   * nextOffset} of a result that another node gave. It fails with {@link StaleReadException} when
   * that takes longer than {@code waitFor}, or the log's append timeout if there is no {@code
   * waitFor}.
   *
   * @param newAtLeast the end offset, exclusive; 0 for whatever this node knows
   * @return the changed options
   */
  public ReadOptions withAtLeast(long newAtLeast) {
    return new ReadOptions(maxRecords, consistency, timeout, waitFor, newAtLeast, maxStaleness);
  }

  /**
   * A local read that fails instead of lagging: it sees every record that was committed this long
   * before the call. It is served at once if since then a leader was asked on this node for another
   * such read, or for a linearizable one, and has answered; heartbeats do not count. Else the
   * leader is asked, as for a linearizable read, once for all reads that wait. It fails with {@link
   * StaleReadException} when this node has not got by {@code timeout} what a leader confirmed.
   * Clocks of different nodes are never compared.
   *
   * @param newMaxStaleness how long ago; zero asks the leader for each read
   * @return the changed options
   */
  public ReadOptions withMaxStaleness(Duration newMaxStaleness) {
    return new ReadOptions(maxRecords, consistency, timeout, waitFor, atLeast, newMaxStaleness);
  }
}
