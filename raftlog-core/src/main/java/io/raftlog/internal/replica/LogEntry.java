package io.raftlog.internal.replica;

import io.raftlog.LogRecord;
import io.raftlog.internal.entry.EntryHeader;
import io.raftlog.internal.entry.EntryKind;
import io.raftlog.internal.entry.EntryLayout;
import io.raftlog.internal.entry.Extent;
import io.raftlog.internal.entry.MalformedEntryException;
import io.raftlog.internal.entry.RunCursor;
import io.raftlog.spi.StoredEntry;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry in memory, checked. Immutable, shared by the loop and by readers; the bytes are never
 * changed any more.
 */
final class LogEntry {
  private final EntryHeader header;
  private final ByteBuffer bytes;
  private final Extent extent;

  /** Made by the first reader; readers that race make equal ones. */
  private volatile @Nullable RecordIndex records;

  private LogEntry(EntryHeader header, ByteBuffer bytes) {
    this.header = header;
    this.bytes = bytes;
    this.extent = Extent.of(header, bytes);
  }

  /**
   * Checks an entry that was read or received; the buffer's position is where it begins. Its byte
   * order does not matter: that of an entry is fixed.
   */
  static LogEntry parse(ByteBuffer buffer) {
    ByteBuffer bigEndian = buffer.slice();
    EntryHeader header = EntryLayout.header(bigEndian);
    return new LogEntry(header, bigEndian.slice(0, header.length()));
  }

  /** Completes an entry whose body is there already. */
  static LogEntry seal(EntryHeader header, ByteBuffer body) {
    EntryLayout.putHeader(body, header);
    return new LogEntry(header, body);
  }

  EntryHeader header() {
    return header;
  }

  Extent extent() {
    return extent;
  }

  long index() {
    return header.index();
  }

  long term() {
    return header.term();
  }

  int length() {
    return header.length();
  }

  /** The whole entry; to be read only through a duplicate. */
  ByteBuffer bytes() {
    return bytes;
  }

  StoredEntry stored() {
    return new StoredEntry(
        header.index(), header.term(), header.firstOffset(), header.recordCount(), bytes);
  }

  /** Whether a record with this offset is in it. */
  boolean holds(long offset) {
    return offset >= header.firstOffset() && offset < header.endOffset();
  }

  boolean holdsRecords() {
    return header.kind() == EntryKind.RECORDS;
  }

  RunCursor runs() {
    return new RunCursor(bytes.duplicate());
  }

  /**
   * Adds records from an offset of this entry on, until there are enough; returns what they take in
   * the log. Empty ones count too: a result of nothing but those must end somewhere.
   */
  long collect(long fromOffset, int maxRecords, long maxBytes, List<LogRecord> into) {
    RecordIndex index = records;
    if (index == null) {
      index = RecordIndex.of(this);
      records = index;
    }
    long sum = 0;
    for (long offset = fromOffset; offset < header.endOffset(); offset++) {
      int number = (int) (offset - header.firstOffset());
      int length = index.length(number);
      if (into.size() >= maxRecords || (sum + length > maxBytes && !into.isEmpty())) {
        break;
      }
      into.add(index.record(number));
      sum += length;
    }
    return sum;
  }

  /** Checks that this is the entry that was asked for. */
  LogEntry mustBe(long index) {
    if (index() != index) {
      throw new MalformedEntryException("found entry " + index() + " in the place of " + index);
    }
    return this;
  }

  /** Checks what the header's checksum does not prove: that the body is what the header says. */
  LogEntry checkBody() {
    if (holdsRecords()) {
      records = RecordIndex.of(this);
    } else if (header.kind() == EntryKind.NO_OP && header.length() != EntryLayout.HEADER_BYTES) {
      throw new MalformedEntryException("a no-op has no body");
    }
    return this;
  }
}
