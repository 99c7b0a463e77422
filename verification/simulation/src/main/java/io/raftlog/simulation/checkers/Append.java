package io.raftlog.simulation.checkers;

/**
 * One call of append.
 *
 * <p>Times count the calls and returns of all clients, so no two are equal.
 */
public final class Append {
  /** What the caller was told. */
  public enum Outcome {
    /** Nothing yet; the caller's node may have died. */
    PENDING,
    /** It is in the log. */
    ACKNOWLEDGED,
    /** It is not in the log and never will be by this call. */
    REFUSED,
    /** It may be in the log. */
    UNKNOWN
  }

  /** The node, and which of its lives: guarantees to a session end with it. */
  public final String session;

  /** The first record. */
  public final RecordKey first;

  /** How many records with consecutive sequences. */
  public final int count;

  /** When it was called. */
  public final long invoked;

  private long returned = Long.MAX_VALUE;
  private Outcome outcome = Outcome.PENDING;
  private long offset = -1;
  private String told = "";

  Append(String session, RecordKey first, int count, long invoked) {
    this.session = session;
    this.first = first;
    this.count = count;
    this.invoked = invoked;
  }

  void end(long time, Outcome outcome, long offset, String told) {
    if (this.outcome != Outcome.PENDING) {
      throw new Violation("CompletedOnce", this + " completed again: " + told);
    }
    this.returned = time;
    this.outcome = outcome;
    this.offset = offset;
    this.told = told;
  }

  /**
   * One of its records.
   *
   * @param i from 0 to {@link #count}, exclusive
   * @return its key
   */
  public RecordKey key(int i) {
    return new RecordKey(first.producer(), first.sequence() + i, first.version());
  }

  /** When it returned; {@link Long#MAX_VALUE} while it has not. */
  public long returned() {
    return returned;
  }

  /** What the caller was told. */
  public Outcome outcome() {
    return outcome;
  }

  /** The first record's offset, -1 if the caller was told none. */
  public long offset() {
    return offset;
  }

  @Override
  public String toString() {
    return "append of "
        + first
        + (count == 1 ? "" : " and " + (count - 1) + " more")
        + " on "
        + session
        + " from "
        + invoked
        + " to "
        + (returned == Long.MAX_VALUE ? "-" : returned)
        + ": "
        + outcome
        + " "
        + told
        + (offset < 0 ? "" : " offset " + offset);
  }
}
