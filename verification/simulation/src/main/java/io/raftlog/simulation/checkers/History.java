package io.raftlog.simulation.checkers;

import io.raftlog.simulation.checkers.Append.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What the clients of one log saw, in the order in which it happened. */
public final class History {
  private final List<Append> appends = new ArrayList<>();
  private final List<Read> reads = new ArrayList<>();
  private final List<Delivery> deliveries = new ArrayList<>();
  private long time;

  /** A history in which nothing has happened. */
  public History() {}

  /** Counts one more call or return. */
  public long tick() {
    return ++time;
  }

  /** Append is called. */
  public Append invoke(String session, RecordKey first, int count) {
    Append append = new Append(session, first, count, tick());
    appends.add(append);
    return append;
  }

  /** Append returned that the record is there. */
  public void acknowledged(Append append, long offset, String told) {
    append.end(tick(), Outcome.ACKNOWLEDGED, offset, told);
  }

  /** Append failed. */
  public void failed(Append append, boolean definitely, String told) {
    append.end(tick(), definitely ? Outcome.REFUSED : Outcome.UNKNOWN, -1, told);
  }

  /** Read returned; {@code invoked} is what {@link #tick} said when it was called. */
  public void read(
      String session,
      boolean linearizable,
      long fromOffset,
      List<RecordKey> records,
      long endOffset,
      long invoked) {
    reads.add(
        new Read(
            session, linearizable, fromOffset, List.copyOf(records), endOffset, invoked, tick()));
  }

  /** A subscriber was given a record. */
  public void delivered(String subscriber, long offset, RecordKey key) {
    deliveries.add(new Delivery(subscriber, offset, key, tick()));
  }

  /** All appends, in the order of the calls. */
  public List<Append> appends() {
    return Collections.unmodifiableList(appends);
  }

  /** All reads with an answer, in the order of the answers. */
  public List<Read> reads() {
    return Collections.unmodifiableList(reads);
  }

  /** All deliveries, in the order in which they were made. */
  public List<Delivery> deliveries() {
    return Collections.unmodifiableList(deliveries);
  }
}
