package io.raftlog.internal.producer;

import io.raftlog.internal.entry.LogSettings;
import io.raftlog.internal.entry.MalformedEntryException;
import io.raftlog.internal.entry.ProducerId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A producer table as bytes, for checkpoints. Format version 1, big-endian: u8 version, settings,
 * u64 log time, u32 producers, and for each in the order of last use: u16 id length, id, u64 last
 * sequence, u64 registration, u64 nonce, u64 last use, u32 ordered runs, u32 runs, and for each:
 * u64 first sequence, u64 first offset, u64 timestamp, u32 records, u32 CRC32C a record. Equal
 * tables have equal bytes.
 */
public final class ProducerTableCodec {
  private static final byte VERSION = 1;
  private static final int RUN_BYTES = 28;

  private ProducerTableCodec() {}

  /**
   * How long the encoded form is.
   *
   * @param table the table
   * @return bytes
   */
  public static int encodedBytes(ProducerTable table) {
    long bytes = 1 + LogSettings.BYTES + 8 + 4;
    for (ProducerState state : table.byLastUse()) {
      bytes += 2 + state.id.length() + 4 * 8 + 2 * 4;
      for (RememberedRun run : state.runs) {
        bytes += RUN_BYTES + 4L * run.crcs().length;
      }
    }
    return Math.toIntExact(bytes);
  }

  /**
   * Writes the encoded form at the buffer's position.
   *
   * @param table the table
   * @param to where to
   */
  public static void encode(ProducerTable table, ByteBuffer to) {
    List<ProducerState> states = table.byLastUse();
    to.put(VERSION);
    table.settings().encode(to);
    to.putLong(table.logTimeNanos()).putInt(states.size());
    for (ProducerState state : states) {
      to.putShort((short) state.id.length());
      state.id.put(to);
      to.putLong(state.lastSequence).putLong(state.registration).putLong(state.nonce);
      to.putLong(state.lastUsedNanos).putInt(state.orderedRuns).putInt(state.runs.size());
      for (RememberedRun run : state.runs) {
        to.putLong(run.firstSequence()).putLong(run.firstOffset()).putLong(run.timestamp());
        to.putInt(run.crcs().length);
        for (int crc : run.crcs()) {
          to.putInt(crc);
        }
      }
    }
  }

  /**
   * Reads the encoded form from the buffer's position to its limit. The caller has checked a
   * checksum over it, so what is wrong here is a format that this version does not know. Whom the
   * table had forgotten is not among the bytes.
   *
   * @param from where from
   * @param appliedIndex the last entry that the table was fed with
   * @return the table
   * @throws MalformedEntryException when the bytes are no table
   */
  public static ProducerTable decode(ByteBuffer from, long appliedIndex) {
    byte version = from.get();
    if (version != VERSION) {
      throw new MalformedEntryException(
          "producer table format version " + version + ", this version reads " + VERSION);
    }
    LogSettings settings = LogSettings.decode(from);
    long logTime = from.getLong();
    int count = from.getInt();
    List<ProducerState> states = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int idLength = from.getShort() & 0xffff;
      ProducerState state = new ProducerState(ProducerId.copyOf(from, from.position(), idLength));
      from.position(from.position() + idLength);
      state.lastSequence = from.getLong();
      state.registration = from.getLong();
      state.nonce = from.getLong();
      state.lastUsedNanos = from.getLong();
      state.orderedRuns = from.getInt();
      int runs = from.getInt();
      for (int r = 0; r < runs; r++) {
        state.runs.add(decodeRun(from));
      }
      states.add(state);
    }
    if (from.hasRemaining()) {
      throw new MalformedEntryException(from.remaining() + " bytes after the producer table");
    }
    return ProducerTable.of(settings, logTime, states, new ForgottenProducers(appliedIndex));
  }

  private static RememberedRun decodeRun(ByteBuffer from) {
    long firstSequence = from.getLong();
    long firstOffset = from.getLong();
    long timestamp = from.getLong();
    int[] crcs = new int[from.getInt()];
    for (int i = 0; i < crcs.length; i++) {
      crcs[i] = from.getInt();
    }
    return new RememberedRun(firstSequence, firstOffset, timestamp, crcs);
  }
}
