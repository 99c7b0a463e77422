package io.raftlog.internal.entry;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A records entry while it is being filled: runs behind a header that is still empty. Consecutive
 * appends of one producer share a run. Owned by whoever fills it; not thread-safe.
 */
public final class EntryDraft {
  /** How many bytes an array has at least that is made for a draft; it grows as needed. */
  public static final int SMALLEST_ROOM_BYTES = 1024;

  private byte[] bytes;
  private ByteBuffer buffer;
  private int recordCount;

  /** Where the last run begins, 0 while there is none. */
  private int runAt;

  private ProducerId runProducer = ProducerId.NONE;
  private long runRegistration;
  private long runNextSequence;
  private int runCount;

  /**
   * An empty draft.
   *
   * @param expectedBytes how long it will probably get; it grows as needed
   */
  public EntryDraft(int expectedBytes) {
    this(new byte[Math.max(SMALLEST_ROOM_BYTES, expectedBytes)]);
  }

  /**
   * An empty draft in an array that may have been used before.
   *
   * @param room longer than an entry's header; belongs to the draft until it is asked for its
   *     {@link #room}
   */
  public EntryDraft(byte[] room) {
    bytes = room;
    Arrays.fill(bytes, 0, EntryLayout.HEADER_BYTES, (byte) 0);
    buffer = ByteBuffer.wrap(bytes).position(EntryLayout.HEADER_BYTES);
  }

  /**
   * How many bytes of an entry one append needs at most.
   *
   * @param producer who appends
   * @param records what
   * @return bytes, a run's header included
   */
  public static long bytesFor(ProducerId producer, RecordBodies records) {
    long sum = (long) EntryLayout.RUN_ID + producer.length();
    for (byte[] body : records.bodies()) {
      sum += EntryLayout.RECORD_HEADER_BYTES + body.length;
    }
    return sum;
  }

  /**
   * Adds an append: its records have consecutive sequences and stay together.
   *
   * @param producer who appends
   * @param registration under which, 0 for none
   * @param firstSequence the first record's sequence
   * @param records copied here
   * @return where its records begin; they end at {@link #length}
   */
  public int append(
      ProducerId producer, long registration, long firstSequence, RecordBodies records) {
    ensure(bytesFor(producer, records));
    beginOrContinueRun(producer, registration, firstSequence, records.count());
    int recordsFrom = buffer.position();
    for (int i = 0; i < records.count(); i++) {
      byte[] body = records.bodies().get(i);
      int attributes = records.isStructured(i) ? EntryLayout.STRUCTURED : 0;
      buffer.putInt(body.length).putInt(records.crcs()[i]);
      buffer.put((byte) (i == 0 ? attributes : attributes | EntryLayout.CONTINUES_LIST)).put(body);
    }
    endRun();
    return recordsFrom;
  }

  /**
   * Adds a run without records.
   *
   * @param run the run
   */
  public void append(ControlRun run) {
    ensure(run.encodedBytes());
    ProducerId name = run.subject().name();
    if (run instanceof ControlRun.Registration registration) {
      beginRun(run.kind(), name, registration.nonce(), registration.replaces());
    } else if (run instanceof ControlRun.Claim claim) {
      beginRun(run.kind(), name, claim.nonce(), claim.replaces());
      buffer.putLong(claim.position());
    } else if (run instanceof ControlRun.Position moved) {
      beginRun(run.kind(), name, moved.generation(), moved.position());
    } else if (run instanceof ControlRun.Removal removal) {
      beginRun(run.kind(), name, removal.generation(), 0);
    }
    endRun();
    runAt = 0;
  }

  /**
   * Adds a run, or a part of one, that was encoded before.
   *
   * @param run stands at the run
   * @param from holds it
   * @param fromAt where the part begins, absolute
   * @param toAt where it ends, absolute, exclusive
   * @param firstSequence the part's first sequence
   * @param count how many records the part has
   */
  public void appendPart(
      RunCursor run, ByteBuffer from, int fromAt, int toAt, long firstSequence, int count) {
    if (run.isControl()) {
      append(run.control());
    } else {
      appendEncoded(run.producer(), run.registration(), firstSequence, count, from, fromAt, toAt);
    }
  }

  /**
   * Adds records that were encoded before.
   *
   * @param producer who appended them
   * @param registration under which, 0 for none
   * @param firstSequence the first record's sequence
   * @param count how many
   * @param from holds the records
   * @param fromAt where they begin, absolute
   * @param toAt where they end, absolute, exclusive
   */
  public void appendEncoded(
      ProducerId producer,
      long registration,
      long firstSequence,
      int count,
      ByteBuffer from,
      int fromAt,
      int toAt) {
    ensure((long) EntryLayout.RUN_ID + producer.length() + toAt - fromAt);
    beginOrContinueRun(producer, registration, firstSequence, count);
    buffer.put(buffer.position(), from, fromAt, toAt - fromAt);
    buffer.position(buffer.position() + toAt - fromAt);
    endRun();
  }

  private void beginOrContinueRun(
      ProducerId producer, long registration, long firstSequence, int count) {
    boolean continues =
        runAt > 0
            && runNextSequence == firstSequence
            && runRegistration == registration
            && runProducer.equals(producer);
    if (!continues) {
      beginRun(RunKind.RECORDS, producer, registration, firstSequence);
    }
    runCount += count;
    runNextSequence = firstSequence + count;
    recordCount += count;
  }

  private void beginRun(RunKind kind, ProducerId name, long registration, long firstSequence) {
    runAt = buffer.position();
    runProducer = name;
    runRegistration = registration;
    runCount = 0;
    buffer.putInt(0).putInt(0).putLong(firstSequence).putLong(registration);
    buffer.put(kind.code()).put((byte) name.length());
    name.put(buffer);
  }

  private void endRun() {
    buffer.putInt(runAt, buffer.position() - runAt);
    buffer.putInt(runAt + EntryLayout.RUN_COUNT, runCount);
  }

  private void ensure(long more) {
    long needed = buffer.position() + more;
    if (needed > bytes.length) {
      int position = buffer.position();
      bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(2L * bytes.length, 1 << 30)));
      buffer = ByteBuffer.wrap(bytes).position(position);
    }
  }

  /**
   * How long the entry is by now.
   *
   * @return bytes, the empty header included
   */
  public int length() {
    return buffer.position();
  }

  /**
   * How many records it has by now.
   *
   * @return the count
   */
  public int recordCount() {
    return recordCount;
  }

  /**
   * The finished entry, but for its header. Its array is not much larger than the entry, since the
   * bytes stay in caches. The draft must not be used afterwards.
   *
   * @return a heap buffer from position 0 to the entry's length
   */
  public ByteBuffer finish() {
    int length = length();
    boolean fits = bytes.length - length <= length / 4;
    return fits ? ByteBuffer.wrap(bytes, 0, length).slice() : copy();
  }

  /**
   * A copy of the entry so far, but for its header.
   *
   * @return a heap buffer from position 0 to the entry's length, with an array of that length
   */
  public ByteBuffer copy() {
    return ByteBuffer.wrap(Arrays.copyOf(bytes, length()));
  }

  /**
   * The array that was filled. The draft must not be used afterwards if another one is made of it.
   *
   * @return the array, at most twice as long as what was filled in, or as it was given
   */
  public byte[] room() {
    return bytes;
  }
}
