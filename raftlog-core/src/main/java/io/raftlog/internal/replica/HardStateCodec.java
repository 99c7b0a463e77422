package io.raftlog.internal.replica;

import io.raftlog.NodeId;
import io.raftlog.internal.core.HardState;
import io.raftlog.internal.entry.MalformedEntryException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The hard state as it is stored, together with a commit index that is as new as the write. Format
 * version 1, big-endian: u32 CRC32C of what follows, u8 version, u64 term, u64 commit index, two
 * u64 formation, u8 length of votedFor (0 for none), votedFor.
 */
final class HardStateCodec {
  private static final byte VERSION = 1;

  /**
   * What is stored.
   *
   * @param hardState term, vote and formation
   * @param commitIndex everything up to it is committed, and is durable here
   */
  record Stored(HardState hardState, long commitIndex) {}

  private HardStateCodec() {}

  static ByteBuffer encode(Stored stored) {
    HardState state = stored.hardState();
    NodeId votedFor = state.votedFor();
    byte[] vote =
        votedFor == null ? new byte[0] : votedFor.value().getBytes(StandardCharsets.US_ASCII);
    ByteBuffer to = ByteBuffer.allocate(4 + 1 + 8 + 8 + 16 + 1 + vote.length);
    to.putInt(0).put(VERSION).putLong(state.term()).putLong(stored.commitIndex());
    to.putLong(state.formation().getMostSignificantBits());
    to.putLong(state.formation().getLeastSignificantBits());
    to.put((byte) vote.length).put(vote).flip();
    return to.putInt(0, crc(to));
  }

  static Stored decode(ByteBuffer stored) {
    try {
      ByteBuffer from = stored.slice();
      if (from.getInt() != crc(from.duplicate().position(0))) {
        throw new MalformedEntryException("the hard state's checksum does not match");
      }
      byte version = from.get();
      if (version != VERSION) {
        throw new MalformedEntryException(
            "hard state format version " + version + ", this version reads " + VERSION);
      }
      long term = from.getLong();
      long commitIndex = from.getLong();
      UUID formation = new UUID(from.getLong(), from.getLong());
      byte[] vote = new byte[from.get() & 0xff];
      from.get(vote);
      NodeId votedFor =
          vote.length == 0 ? null : new NodeId(new String(vote, StandardCharsets.US_ASCII));
      return new Stored(new HardState(term, votedFor, formation), commitIndex);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new MalformedEntryException("not a hard state: " + e);
    }
  }

  private static int crc(ByteBuffer state) {
    CRC32C crc = new CRC32C();
    crc.update(state.duplicate().position(4));
    return (int) crc.getValue();
  }
}
