package io.raftlog.rocksdb;

import io.raftlog.rocksdb.RecordFile.Flaw;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads one file of RocksDB's write-ahead log, to find out where it stops being intact. Owned by
 * the thread that opens the storage.
 *
 * <p>What was written as one is a batch. It begins with its sequence number u64 and the count u32
 * of its operations, little-endian; each operation has a sequence number of its own.
 */
final class WalFile implements AutoCloseable {
  private static final int BATCH_HEADER_BYTES = 12;

  /** How far a sequence number may be ahead to be believed, when nothing else speaks for it. */
  private static final long PLAUSIBLE_DISTANCE = 1L << 32;

  private final RecordFile file;
  private final ByteBuffer batchHeader =
      ByteBuffer.allocate(BATCH_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private long lastSequence;
  private long intactBytes;
  private long batches;
  private boolean inBatch;

  /**
   * Opens a file.
   *
   * @param lastSequence the last sequence number of the file before, or 0 when it is not known
   */
  WalFile(Path path, long lastSequence) throws IOException {
    this.file = new RecordFile(path);
    this.lastSequence = lastSequence;
  }

  /** The last sequence number that was found, or that of the file before, or 0. */
  long lastSequence() {
    return lastSequence;
  }

  /** How many bytes there are up to the end of the last intact batch. */
  long intactBytes() {
    return intactBytes;
  }

  /** How many intact batches were found. */
  long batches() {
    return batches;
  }

  /** How many bytes there are. */
  long fileBytes() {
    return file.fileBytes();
  }

  /**
   * Reads from the beginning to the end, or to the first flaw.
   *
   * @return what is wrong and where, or null when the file is intact
   */
  @Nullable Flaw findFlaw() throws IOException {
    Flaw flaw = file.scan(this::acceptRecord);
    if (flaw == null && inBatch) {
      return new Flaw("the last batch is cut off", file.fileBytes(), Flaw.Kind.CUT_OFF);
    }
    return flaw;
  }

  private @Nullable String acceptRecord(int position, long end) {
    int type = file.type(position);
    boolean begins = type == RecordFile.FULL || type == RecordFile.FIRST;
    boolean ends = type == RecordFile.FULL || type == RecordFile.LAST;
    if (!begins && !ends && type != RecordFile.MIDDLE) {
      return "a record has the unknown type " + type;
    }
    if (begins == inBatch) {
      return inBatch ? "a batch begins inside another" : "the beginning of a batch is missing";
    }
    if (begins) {
      batchHeader.clear();
    }
    int wanted = Math.min(batchHeader.remaining(), file.length(position));
    batchHeader.put(file.block().array(), position + RecordFile.HEADER_BYTES, wanted);
    inBatch = !ends;
    return ends ? acceptBatch(end) : null;
  }

  private @Nullable String acceptBatch(long end) {
    if (batchHeader.hasRemaining()) {
      return "a batch is too short";
    }
    long sequence = batchHeader.getLong(0);
    if (lastSequence != 0 && sequence != lastSequence + 1) {
      return "sequence number " + sequence + " follows " + lastSequence;
    }
    lastSequence = sequence + Integer.toUnsignedLong(batchHeader.getInt(8)) - 1;
    intactBytes = end;
    batches++;
    return null;
  }

  /**
   * Looks behind a flaw for a batch that was written after the flawed one. If there is one, the
   * flawed batch had been synced before it was written, and so was promised to be durable.
   *
   * <p>Lengths cannot be trusted behind a flaw, so every byte is tried as a record's beginning. A
   * payload that holds bytes of a write-ahead log is not taken for it unless its sequence number
   * fits as well; and the flawed batch's own first record, by its number, or by being the first of
   * all when no number is known, does not begin a later batch.
   *
   * @return where the later batch begins, or -1 when there is none
   */
  long findLaterBatch() throws IOException {
    int block = RecordFile.BLOCK_BYTES;
    for (long start = intactBytes - intactBytes % block; start < fileBytes(); start += block) {
      file.load(start);
      int position = (int) Math.max(0, intactBytes - start);
      int last = file.block().limit() - RecordFile.HEADER_BYTES - BATCH_HEADER_BYTES;
      for (; position <= last; position++) {
        if (beginsLaterBatch(start, position)) {
          return start + position;
        }
      }
    }
    return -1;
  }

  private boolean beginsLaterBatch(long start, int position) {
    int type = file.type(position);
    boolean begins = type == RecordFile.FULL || type == RecordFile.FIRST;
    if (!begins || file.length(position) < BATCH_HEADER_BYTES) {
      return false;
    }
    long sequence = file.block().getLong(position + RecordFile.HEADER_BYTES);
    boolean later =
        lastSequence == 0
            ? sequence > 0 && start + position > 0
            : sequence > lastSequence + 1 && sequence < lastSequence + PLAUSIBLE_DISTANCE;
    return later && file.isIntact(position);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
