package io.raftlog.examples.outbox;

import io.raftlog.LogRecord;
import java.nio.ByteBuffer;
import java.util.BitSet;

/** Checks one node's log, record by record, against the input. Not thread-safe. */
final class LogAudit {
  private final Input input;
  private final BitSet seen = new BitSet();
  private long records;
  private long doubled;
  private long misplaced;
  private long foreign;

  LogAudit(Input input) {
    this.input = input;
  }

  /** Takes the log's next record. */
  void accept(LogRecord record) {
    long place = records++;
    if (!isOfInput(record)) {
      foreign++;
      return;
    }
    int number = Math.toIntExact(record.sequence());
    if (seen.get(number)) {
      doubled++;
      return;
    }
    seen.set(number);
    if (number != place || record.offset() != place) {
      misplaced++;
    }
  }

  private boolean isOfInput(LogRecord record) {
    return record.producerId().equals(OutboxProducer.PRODUCER_ID)
        && record.sequence() < input.count()
        && record.payload().equals(ByteBuffer.wrap(input.line((int) record.sequence())));
  }

  /** After the log's last record: what was found. */
  Findings findings() {
    return new Findings(input.count() - seen.cardinality(), doubled, misplaced, foreign);
  }

  /**
   * What is wrong with a log, or with the worst one of several.
   *
   * @param lost lines that are not there
   * @param doubled records of lines that are there already
   * @param misplaced records that are not where their line is in the input
   * @param foreign records that are no line of the input
   */
  record Findings(long lost, long doubled, long misplaced, long foreign) {
    static final Findings NONE = new Findings(0, 0, 0, 0);

    @Override
    public String toString() {
      return lost
          + " lines lost, "
          + doubled
          + " doubled, "
          + misplaced
          + " out of order, "
          + foreign
          + " foreign records";
    }

    Findings or(Findings other) {
      return new Findings(
          Math.max(lost, other.lost),
          Math.max(doubled, other.doubled),
          Math.max(misplaced, other.misplaced),
          Math.max(foreign, other.foreign));
    }
  }
}
