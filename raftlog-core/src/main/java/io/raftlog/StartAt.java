package io.raftlog;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** Where a subscription begins. Immutable. */
public final class StartAt {
  /** What a start is given by. */
  public enum Kind {
    /** See {@link StartAt#earliest}. */
    EARLIEST,
    /** See {@link StartAt#latest}. */
    LATEST,
    /** See {@link StartAt#offset(long)}. */
    OFFSET,
    /** See {@link StartAt#time(Instant)}. */
    TIME
  }

  private static final StartAt AT_EARLIEST = new StartAt(Kind.EARLIEST, -1, Instant.MIN);
  private static final StartAt AT_LATEST = new StartAt(Kind.LATEST, -1, Instant.MIN);

  private final Kind kind;
  private final long offset;
  private final Instant time;

  private StartAt(Kind kind, long offset, Instant time) {
    this.kind = kind;
    this.offset = offset;
    this.time = time;
  }

  /**
   * The first record that is retained when the subscriber subscribes.
   *
   * @return the start
   */
  public static StartAt earliest() {
    return AT_EARLIEST;
  }

  /**
   * The end of what the node knows to be committed when the subscriber subscribes: only later
   * records are delivered. An append on the same node that is acknowledged before is not among
   * them, unless the node has crashed since and has not heard from a leader yet.
   *
   * @return the start
   */
  public static StartAt latest() {
    return AT_LATEST;
  }

  /**
   * A given record, or the end.
   *
   * @param offset the first record's offset, at least 0; to go on after a record, its offset + 1
   * @return the start
   * @throws IllegalArgumentException when the offset is negative
   */
  public static StartAt offset(long offset) {
    if (offset < 0) {
      throw new IllegalArgumentException("offset must not be negative, is " + offset);
    }
    return new StartAt(Kind.OFFSET, offset, Instant.MIN);
  }

  /**
   * The first record at or after a time, as {@link RaftLog#offsetAt} finds it when the subscriber
   * subscribes: on a node that lags far behind, that may be an older one.
   *
   * @param time the time; timestamps are in milliseconds
   * @return the start
   */
  public static StartAt time(Instant time) {
    return new StartAt(Kind.TIME, -1, Objects.requireNonNull(time, "time must not be null"));
  }

  /**
   * What this start is given by.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }

  /**
   * The given offset.
   *
   * @return the first record's offset, -1 when the start is not given by one
   */
  public long offset() {
    return offset;
  }

  /**
   * The given time.
   *
   * @return the time, empty when the start is not given by one
   */
  public Optional<Instant> time() {
    return kind == Kind.TIME ? Optional.of(time) : Optional.empty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StartAt that
        && kind == that.kind
        && offset == that.offset
        && time.equals(that.time);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, offset, time);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case EARLIEST -> "earliest";
      case LATEST -> "latest";
      case OFFSET -> "offset " + offset;
      case TIME -> "time " + time;
    };
  }
}
