package io.raftlog.examples.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a producer notes for itself, so that it can go on where it was when its process is killed:
 * how far it has sent, and where each acknowledged record is. Owned by the producer's thread.
 *
 * <p>It is written to the operating system, which keeps it when the process is killed, and not
 * forced to the disk: it need not survive a power failure. An acknowledgement that came too late to
 * be noted is no harm, since the record is then appended again, and found to be there.
 */
final class ProducerJournal implements AutoCloseable {
  private static final int NOTE_BYTES = 2 * Long.BYTES;

  private final FileChannel sentFile;
  private final FileChannel acknowledgedFile;
  private final ByteBuffer buffer = ByteBuffer.allocate(NOTE_BYTES);
  private long sent;
  private long acknowledged;

  private ProducerJournal(FileChannel sentFile, FileChannel acknowledgedFile) throws IOException {
    this.sentFile = sentFile;
    this.acknowledgedFile = acknowledgedFile;
    buffer.clear().limit(Long.BYTES);
    if (sentFile.read(buffer, 0) == Long.BYTES) {
      sent = buffer.getLong(0);
    }
    // A note that the kill cut short was never made: the next one takes its place.
    acknowledged = acknowledgedFile.size() / NOTE_BYTES;
  }

  /** Opens a producer's journal, or begins it. */
  static ProducerJournal open(Path directory, String producerId) {
    try {
      return new ProducerJournal(
          open(directory.resolve(producerId + ".sent")),
          open(directory.resolve(producerId + ".acknowledged")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /** The sequences below this one may have been sent, by this process or an earlier one. */
  long sent() {
    return sent;
  }

  /** The first sequence that is not known to be in the log. */
  long acknowledged() {
    return acknowledged;
  }

  /** A record is about to be sent, perhaps again. */
  void sending(long sequence) {
    if (sequence >= sent) {
      sent = sequence + 1;
      write(sentFile, buffer.clear().putLong(sent).flip(), 0);
    }
  }

  /** The next record, in order, is in the log at that offset. */
  void acknowledged(long sequence, long offset) {
    if (sequence != acknowledged) {
      throw new IllegalStateException(
          "sequence " + sequence + " is acknowledged, but the next one is " + acknowledged);
    }
    ByteBuffer note = buffer.clear().putLong(sequence).putLong(offset).flip();
    write(acknowledgedFile, note, acknowledged * NOTE_BYTES);
    acknowledged++;
  }

  /** Tells a ledger every acknowledgement. */
  void copyTo(Ledger ledger) {
    try {
      ByteBuffer notes = ByteBuffer.allocate(Math.toIntExact(acknowledged * NOTE_BYTES));
      while (notes.hasRemaining()) {
        if (acknowledgedFile.read(notes, notes.position()) < 0) {
          throw new IllegalStateException("the journal has become shorter");
        }
      }
      notes.flip();
      while (notes.hasRemaining()) {
        ledger.acknowledged(notes.getLong(), notes.getLong());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(FileChannel file, ByteBuffer bytes, long position) {
    try {
      long at = position;
      while (bytes.hasRemaining()) {
        at += file.write(bytes, at);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try (sentFile;
        acknowledgedFile) {
      // Closes both, whatever happens to the first.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
