package io.raftlog.internal.entry;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Walks over the runs of a records entry, and over the records of a run; see {@link EntryLayout}.
 * It checks every length before it follows it, since the bytes may come from another node. Owned by
 * one thread; the buffer is only read.
 */
public final class RunCursor {
  private final ByteBuffer entry;
  private final int end;
  private int next;
  private int runEnd;
  private ProducerId producer = ProducerId.NONE;
  private long firstSequence;
  private long registration;
  private int count;
  private int recordsFrom;
  private RunKind kind = RunKind.RECORDS;

  /**
   * Begins before the first run.
   *
   * @param entry the whole entry from position to limit, header included; the header is not read
   */
  public RunCursor(ByteBuffer entry) {
    this.entry = entry;
    this.next = entry.position() + EntryLayout.HEADER_BYTES;
    this.end = entry.limit();
  }

  /**
   * Moves to the next run.
   *
   * @return whether there is one
   * @throws MalformedEntryException when the bytes there are no run
   */
  public boolean nextRun() {
    if (next == end) {
      return false;
    }
    int at = next;
    check(end - at >= EntryLayout.RUN_ID, at);
    int length = entry.getInt(at);
    count = entry.getInt(at + EntryLayout.RUN_COUNT);
    firstSequence = entry.getLong(at + EntryLayout.RUN_SEQUENCE);
    registration = entry.getLong(at + EntryLayout.RUN_REGISTRATION);
    kind = RunKind.ofCode(entry.get(at + EntryLayout.RUN_KIND));
    int idLength = entry.get(at + EntryLayout.RUN_ID_LENGTH) & 0xff;
    check(length >= EntryLayout.RUN_ID && length <= end - at && idLength > 0, at);
    recordsFrom = at + EntryLayout.RUN_ID + idLength;
    runEnd = at + length;
    boolean fits =
        recordsFrom <= runEnd
            && count >= 0
            && count <= (runEnd - recordsFrom) / EntryLayout.RECORD_HEADER_BYTES;
    check(fits && firstSequence >= 0 && firstSequence + count >= firstSequence, at);
    check(isControl() ? isControlWellFormed() : count > 0 && registration >= 0, at);
    if (!producer.equalsBytes(entry, at + EntryLayout.RUN_ID, idLength)) {
      producer = ProducerId.copyOf(entry, at + EntryLayout.RUN_ID, idLength);
    }
    next = runEnd;
    return true;
  }

  private boolean isControlWellFormed() {
    int behind = runEnd - recordsFrom;
    boolean claim = kind == RunKind.CLAIM;
    return count == 0
        && registration != 0
        && (claim ? behind == Long.BYTES && entry.getLong(recordsFrom) >= 0 : behind == 0);
  }

  /**
   * Who appended this run of records.
   *
   * @return the producer
   */
  public ProducerId producer() {
    return producer;
  }

  /**
   * Whether the run has no records.
   *
   * @return whether it is a {@link ControlRun}
   */
  public boolean isControl() {
    return kind != RunKind.RECORDS;
  }

  /**
   * The run, if it is a control run.
   *
   * @return what it says
   */
  public ControlRun control() {
    long first = firstSequence;
    long second = registration;
    return switch (kind) {
      case REGISTRATION -> new ControlRun.Registration(producer, first, second);
      case CLAIM -> {
        long position = entry.getLong(recordsFrom);
        yield new ControlRun.Claim(new SubscriptionId(producer), first, second, position);
      }
      case POSITION -> new ControlRun.Position(new SubscriptionId(producer), second, first);
      case REMOVAL -> new ControlRun.Removal(new SubscriptionId(producer), second);
      case RECORDS -> throw new IllegalStateException("a run of records");
    };
  }

  /**
   * The registration under which the run's records were appended.
   *
   * @return the index of the entry that holds it, 0 for none
   */
  public long registration() {
    return registration;
  }

  /**
   * The run's first sequence.
   *
   * @return the sequence, at least 0
   */
  public long firstSequence() {
    return firstSequence;
  }

  /**
   * How many records the run has.
   *
   * @return at least 1, or 0 for a control run
   */
  public int count() {
    return count;
  }

  /**
   * Where the run's first record begins.
   *
   * @return an absolute index of the entry's buffer
   */
  public int recordsFrom() {
    return recordsFrom;
  }

  /**
   * Where the run ends.
   *
   * @return an absolute index of the entry's buffer, exclusive
   */
  public int runEnd() {
    return runEnd;
  }

  /**
   * Where the record after the one at an index begins.
   *
   * @param at where a record of this run begins
   * @return where the next one begins, or {@link #runEnd}
   * @throws MalformedEntryException when the record does not fit into the run
   */
  public int after(int at) {
    check(runEnd - at >= EntryLayout.RECORD_HEADER_BYTES, at);
    int length = entry.getInt(at);
    int bodyAt = at + EntryLayout.RECORD_HEADER_BYTES;
    check(length >= 0 && length <= runEnd - bodyAt, at);
    if (isStructured(at)) {
      StructuredBody.check(body(at));
    }
    return bodyAt + length;
  }

  /**
   * The checksums of all the run's records, in order.
   *
   * @return one CRC32C a record, none for a control run
   * @throws MalformedEntryException when the records do not fill the run exactly
   */
  public int[] crcs() {
    int[] crcs = new int[count];
    int at = isControl() ? runEnd : recordsFrom;
    for (int i = 0; i < count; i++) {
      int following = after(at);
      crcs[i] = entry.getInt(at + EntryLayout.RECORD_CRC);
      at = following;
    }
    check(at == runEnd, at);
    return crcs;
  }

  /**
   * Checks the run's records as {@link #crcs} does, and each body against its checksum.
   *
   * @throws MalformedEntryException when a body is not what was appended
   */
  public void checkBodies() {
    int[] crcs = crcs();
    ByteBuffer body = entry.duplicate();
    CRC32C crc = new CRC32C();
    int at = recordsFrom;
    for (int expected : crcs) {
      int following = after(at);
      body.limit(following).position(at + EntryLayout.RECORD_HEADER_BYTES);
      crc.reset();
      crc.update(body);
      check((int) crc.getValue() == expected, at);
      at = following;
    }
  }

  /**
   * The records from one on that were appended atomically with it.
   *
   * @param at where a record begins that does not itself continue a list
   * @return how many, that record included
   */
  public int listLength(int at) {
    int length = 1;
    int following = after(at);
    while (runEnd - following >= EntryLayout.RECORD_HEADER_BYTES
        && (entry.get(following + EntryLayout.RECORD_ATTRIBUTES) & EntryLayout.CONTINUES_LIST)
            != 0) {
      length++;
      following = after(following);
    }
    return length;
  }

  /**
   * Whether a record has more than a payload.
   *
   * @param at where the record begins
   * @return whether its body is a {@link StructuredBody}
   */
  public boolean isStructured(int at) {
    return (entry.get(at + EntryLayout.RECORD_ATTRIBUTES) & EntryLayout.STRUCTURED) != 0;
  }

  /**
   * One record's body.
   *
   * @param at where the record begins
   * @return a read-only view
   */
  public ByteBuffer body(int at) {
    return entry.slice(at + EntryLayout.RECORD_HEADER_BYTES, entry.getInt(at)).asReadOnlyBuffer();
  }

  private static void check(boolean holds, int at) {
    if (!holds) {
      throw new MalformedEntryException("malformed run or record at byte " + at);
    }
  }
}
