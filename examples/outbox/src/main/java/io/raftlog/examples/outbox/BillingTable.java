package io.raftlog.examples.outbox;

import io.raftlog.LogRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Stands for the database that the consumer writes to, wherever it runs: a file that is changed in
 * transactions, by one process at a time. Each replaces the effect and the offset up to which it
 * goes together. That is what makes the effect exactly once: a record that comes again is known by
 * its offset, and so is one that an overtaken consumer counted while its successor had begun.
 *
 * <p>It survives {@code kill -9}, since a file takes the place of another one at once. It is not
 * forced to the disk, so it may not survive a power failure, as a database does.
 */
final class BillingTable {
  private final Path file;
  private final Path replacement;
  private final Path lock;

  BillingTable(Path file) {
    this.file = file;
    this.replacement = file.resolveSibling(file.getFileName() + ".new");
    this.lock = file.resolveSibling(file.getFileName() + ".lock");
  }

  /** Counts those of the records that are not counted yet, all or none. Blocks. */
  void apply(List<LogRecord> records) {
    try (FileChannel locked =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      FileLock untilClosed = locked.lock();
      Totals totals = totals();
      for (LogRecord record : records) {
        totals.accept(record.offset(), record.payloadBytes());
      }
      Files.write(replacement, totals.lines());
      Files.move(
          replacement, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      untilClosed.release();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is counted. */
  Totals totals() {
    try {
      return Totals.parse(Files.exists(file) ? Files.readAllLines(file) : List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
