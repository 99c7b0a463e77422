package io.raftlog.testkit;

import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredEntry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a {@link PlainStorage} writes down what it was given. Stateless. */
final class PlainWrites {
  private static final int FIXED_BYTES = 36;
  private static final int ENTRY_BYTES = 32;
  private static final int NONE = -1;
  private static final int FAULTY_MAX_BYTES = 8 << 20;
  private static final int FAULTY_MAX_ENTRIES = 10_000;

  private PlainWrites() {}

  static byte[] encode(StorageWrite write, StorageFault fault) {
    byte[] hardState = bytesOf(write.hardState(), fault);
    byte[] checkpoint = bytesOf(write.checkpoint(), fault);
    if (fault == StorageFault.CUTS_LARGE_CHECKPOINTS && lengthOf(checkpoint) > FAULTY_MAX_BYTES) {
      checkpoint = new byte[0];
    }
    List<StoredEntry> entries = write.entries();
    if (fault == StorageFault.STORES_TEN_THOUSAND_AT_MOST) {
      entries = entries.subList(0, Math.min(entries.size(), FAULTY_MAX_ENTRIES));
    }
    List<byte[]> bytes = new ArrayList<>();
    int total = FIXED_BYTES + Math.max(0, lengthOf(hardState)) + Math.max(0, lengthOf(checkpoint));
    for (StoredEntry entry : entries) {
      boolean large = entry.bytes().remaining() > FAULTY_MAX_BYTES;
      boolean loses = large && fault == StorageFault.LOSES_LARGE_ENTRIES;
      byte[] entryBytes = loses ? new byte[0] : copyOf(entry.bytes(), fault);
      bytes.add(entryBytes);
      total += ENTRY_BYTES + entryBytes.length;
    }
    ByteBuffer out = ByteBuffer.allocate(total);
    out.putLong(write.writeId()).putLong(write.truncateFrom()).putLong(write.trimBefore());
    put(out, hardState);
    put(out, checkpoint);
    out.putInt(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      StoredEntry entry = entries.get(i);
      out.putLong(entry.index()).putLong(entry.term()).putLong(entry.firstOffset());
      out.putInt(entry.recordCount());
      put(out, bytes.get(i));
    }
    return out.array();
  }

  private static byte @Nullable [] bytesOf(@Nullable ByteBuffer buffer, StorageFault fault) {
    return buffer == null ? null : copyOf(buffer, fault);
  }

  private static byte[] copyOf(ByteBuffer buffer, StorageFault fault) {
    byte[] bytes = new byte[buffer.remaining()];
    if (fault == StorageFault.NEEDS_ARRAYS && !buffer.hasArray()) {
      throw new UnsupportedOperationException("no array");
    }
    (fault == StorageFault.MOVES_POSITIONS ? buffer : buffer.duplicate()).get(bytes);
    return bytes;
  }

  private static int lengthOf(byte @Nullable [] bytes) {
    return bytes == null ? NONE : bytes.length;
  }

  private static void put(ByteBuffer out, byte @Nullable [] bytes) {
    out.putInt(lengthOf(bytes));
    if (bytes != null) {
      out.put(bytes);
    }
  }

  static StorageWrite decode(ByteBuffer in) {
    final long writeId = in.getLong();
    final long truncateFrom = in.getLong();
    final long trimBefore = in.getLong();
    final ByteBuffer hardState = get(in);
    final ByteBuffer checkpoint = get(in);
    List<StoredEntry> entries = new ArrayList<>();
    for (int count = in.getInt(); count > 0; count--) {
      long index = in.getLong();
      long term = in.getLong();
      long firstOffset = in.getLong();
      int records = in.getInt();
      ByteBuffer bytes = get(in);
      entries.add(
          new StoredEntry(
              index, term, firstOffset, records, bytes == null ? ByteBuffer.allocate(0) : bytes));
    }
    return new StorageWrite(writeId, hardState, truncateFrom, entries, checkpoint, trimBefore);
  }

  private static @Nullable ByteBuffer get(ByteBuffer in) {
    int length = in.getInt();
    if (length == NONE) {
      return null;
    }
    ByteBuffer part = in.slice(in.position(), length);
    in.position(in.position() + length);
    return part;
  }
}
