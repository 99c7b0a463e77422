package io.raftlog.internal.entry;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A records entry while it is being filled: runs behind a header that is still empty. Consecutive
 * appends of one producer share a run. Owned by whoever fills it; not thread-safe.
 */
public final class EntryDraft {
  private static final int SMALLEST = 1024;

  private byte[] bytes;
  private ByteBuffer buffer;
  private int recordCount;

  /** Where the last run begins, 0 while there is none. */
  private int runAt;

  private ProducerId runProducer = ProducerId.NONE;
  private long runNextSequence;
  private int runCount;

  /**
   * An empty draft.
   *
   * @param expectedBytes how long it will probably get; it grows as needed
   */
  public EntryDraft(int expectedBytes) {
    bytes = new byte[Math.max(SMALLEST, expectedBytes)];
    buffer = ByteBuffer.wrap(bytes).position(EntryLayout.HEADER_BYTES);
  }

  /**
   * The checksum under which a payload is stored.
   *
   * @param payload the payload
   * @return its CRC32C
   */
  public static int payloadCrc(byte[] payload) {
    CRC32C crc = new CRC32C();
    crc.update(payload);
    return (int) crc.getValue();
  }

  /**
   * How many bytes of an entry one append needs at most.
   *
   * @param producer who appends
   * @param payloads what
   * @return bytes, a run's header included
   */
  public static long bytesFor(ProducerId producer, List<byte[]> payloads) {
    long sum = (long) EntryLayout.RUN_ID + producer.length();
    for (byte[] payload : payloads) {
      sum += EntryLayout.RECORD_HEADER_BYTES + payload.length;
    }
    return sum;
  }

  /**
   * Adds an append: its records have consecutive sequences and stay together.
   *
   * @param producer who appends
   * @param firstSequence the first record's sequence
   * @param payloads the payloads, copied here
   * @param crcs each payload's {@link #payloadCrc}
   * @return where its records begin; they end at {@link #length}
   */
  public int append(ProducerId producer, long firstSequence, List<byte[]> payloads, int[] crcs) {
    ensure(bytesFor(producer, payloads));
    beginOrContinueRun(producer, firstSequence, payloads.size());
    int recordsFrom = buffer.position();
    for (int i = 0; i < crcs.length; i++) {
      byte[] payload = payloads.get(i);
      buffer.putInt(payload.length).putInt(crcs[i]);
      buffer.put(i == 0 ? 0 : EntryLayout.CONTINUES_LIST).put(payload);
    }
    endRun();
    return recordsFrom;
  }

  /**
   * Adds records that were encoded before.
   *
   * @param producer who appended them
   * @param firstSequence the first record's sequence
   * @param count how many
   * @param from holds the records
   * @param fromAt where they begin, absolute
   * @param toAt where they end, absolute, exclusive
   */
  public void appendEncoded(
      ProducerId producer, long firstSequence, int count, ByteBuffer from, int fromAt, int toAt) {
    ensure((long) EntryLayout.RUN_ID + producer.length() + toAt - fromAt);
    beginOrContinueRun(producer, firstSequence, count);
    buffer.put(buffer.position(), from, fromAt, toAt - fromAt);
    buffer.position(buffer.position() + toAt - fromAt);
    endRun();
  }

  private void beginOrContinueRun(ProducerId producer, long firstSequence, int count) {
    boolean continues =
        runAt > 0 && runNextSequence == firstSequence && runProducer.equals(producer);
    if (!continues) {
      runAt = buffer.position();
      runProducer = producer;
      runCount = 0;
      buffer.putInt(0).putInt(0).putLong(firstSequence).putShort((short) producer.length());
      producer.put(buffer);
    }
    runCount += count;
    runNextSequence = firstSequence + count;
    recordCount += count;
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
    byte[] fitting = bytes.length - length > length / 4 ? Arrays.copyOf(bytes, length) : bytes;
    return ByteBuffer.wrap(fitting, 0, length).slice();
  }
}
