package io.raftlog.internal.entry;

import java.nio.ByteBuffer;

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
    int idLength = entry.getShort(at + EntryLayout.RUN_ID_LENGTH) & 0xffff;
    check(length >= EntryLayout.RUN_ID && length <= end - at, at);
    check(idLength > 0 && idLength <= EntryLayout.MAX_PRODUCER_ID_BYTES, at);
    recordsFrom = at + EntryLayout.RUN_ID + idLength;
    runEnd = at + length;
    boolean fits =
        recordsFrom <= runEnd
            && count >= 0
            && count <= (runEnd - recordsFrom) / EntryLayout.RECORD_HEADER_BYTES;
    check(fits && firstSequence >= 0 && firstSequence + count >= firstSequence, at);
    check(isRegistration() ? recordsFrom == runEnd && registration != 0 : registration >= 0, at);
    if (!producer.equalsBytes(entry, at + EntryLayout.RUN_ID, idLength)) {
      producer = ProducerId.copyOf(entry, at + EntryLayout.RUN_ID, idLength);
    }
    next = runEnd;
    return true;
  }

  /**
   * Who appended this run.
   *
   * @return the producer
   */
  public ProducerId producer() {
    return producer;
  }

  /**
   * Whether the run has no records, but registers its producer.
   *
   * @return whether it is a registration
   */
  public boolean isRegistration() {
    return count == 0;
  }

  /**
   * The registration under which the run's records were appended.
   *
   * @return the index of the entry that holds it, 0 for none
   */
  public long registration() {
    return isRegistration() ? 0 : registration;
  }

  /**
   * Of a registration the one that it replaces.
   *
   * @return the index of the entry that holds it, 0 for none
   */
  public long replaces() {
    return isRegistration() ? firstSequence : 0;
  }

  /**
   * Of a registration the random number by which it is known.
   *
   * @return the number, not 0
   */
  public long nonce() {
    return isRegistration() ? registration : 0;
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
   * @return at least 1, or 0 for a registration
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
   * @return one CRC32C a record
   * @throws MalformedEntryException when the records do not fill the run exactly
   */
  public int[] crcs() {
    int[] crcs = new int[count];
    int at = recordsFrom;
    for (int i = 0; i < count; i++) {
      int following = after(at);
      crcs[i] = entry.getInt(at + EntryLayout.RECORD_CRC);
      at = following;
    }
    check(at == runEnd, at);
    return crcs;
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
