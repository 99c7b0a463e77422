package io.raftlog.internal.replica;

import io.raftlog.internal.entry.LogSettings;
import io.raftlog.internal.entry.MalformedEntryException;
import io.raftlog.internal.entry.Membership;
import io.raftlog.internal.position.PositionTable;
import io.raftlog.internal.position.PositionTableCodec;
import io.raftlog.internal.producer.ProducerTable;
import io.raftlog.internal.producer.ProducerTableCodec;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the applied entries up to an index came to, so that a restart replays only what
 * is after it. Format version 2, big-endian: u32 CRC32C of what follows, u8 version, u64 applied
 * index, u64 end offset, u64 timestamp, u64 log time, u64 membership index (0 for none) and
 * membership, the position table, and the producer table.
 *
 * @param appliedIndex the last applied entry
 * @param endOffset the offset after its records
 * @param timestamp no later entry's may be lower
 * @param logTimeNanos no later entry's may be lower
 * @param membership the newest applied one
 * @param tables shared, so they must be encoded before anything else is applied
 */
record Checkpoint(
    long appliedIndex,
    long endOffset,
    long timestamp,
    long logTimeNanos,
    MembershipAt membership,
    Tables tables) {
  private static final byte VERSION = 2;
  private static final int FIXED_BYTES = 4 + 1 + 8 * 5;

  /** Before the first membership entry nobody can append, so these are never used. */
  private static final LogSettings UNKNOWN_SETTINGS = new LogSettings(1, Long.MAX_VALUE);

  /**
   * A membership and the entry that says it.
   *
   * @param index the entry, 0 for none
   * @param membership what it says, or null
   */
  record MembershipAt(long index, @Nullable Membership membership) {
    static final MembershipAt NONE = new MembershipAt(0, null);
  }

  static Checkpoint empty() {
    Tables tables = new Tables(new ProducerTable(UNKNOWN_SETTINGS), new PositionTable());
    return new Checkpoint(0, 0, 0, 0, MembershipAt.NONE, tables);
  }

  ByteBuffer encode() {
    Membership said = membership.membership();
    int bytes =
        FIXED_BYTES
            + (said == null ? 0 : said.encodedBytes())
            + PositionTableCodec.encodedBytes(tables.positions())
            + ProducerTableCodec.encodedBytes(tables.producers());
    ByteBuffer to = ByteBuffer.allocate(bytes);
    to.putInt(0).put(VERSION);
    to.putLong(appliedIndex).putLong(endOffset).putLong(timestamp).putLong(logTimeNanos);
    to.putLong(membership.index());
    if (said != null) {
      said.encode(to);
    }
    PositionTableCodec.encode(tables.positions(), to);
    ProducerTableCodec.encode(tables.producers(), to);
    to.flip();
    return to.putInt(0, crc(to));
  }

  static Checkpoint decode(ByteBuffer stored) {
    try {
      ByteBuffer from = stored.slice();
      if (from.getInt() != crc(from.duplicate().position(0))) {
        throw new MalformedEntryException("the checkpoint's checksum does not match");
      }
      byte version = from.get();
      if (version != VERSION) {
        throw new MalformedEntryException(
            "checkpoint format version " + version + ", this version reads " + VERSION);
      }
      long appliedIndex = from.getLong();
      long endOffset = from.getLong();
      long timestamp = from.getLong();
      long logTime = from.getLong();
      long membershipIndex = from.getLong();
      MembershipAt membership =
          membershipIndex == 0
              ? MembershipAt.NONE
              : new MembershipAt(membershipIndex, Membership.decode(from));
      PositionTable positions = PositionTableCodec.decode(from);
      Tables tables = new Tables(ProducerTableCodec.decode(from, appliedIndex), positions);
      return new Checkpoint(appliedIndex, endOffset, timestamp, logTime, membership, tables);
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new MalformedEntryException("the checkpoint is cut off: " + e);
    }
  }

  private static int crc(ByteBuffer checkpoint) {
    CRC32C crc = new CRC32C();
    crc.update(checkpoint.duplicate().position(4));
    return (int) crc.getValue();
  }
}
