package io.raftlog.internal.replica;

import io.raftlog.LogRecord;
import io.raftlog.internal.entry.EntryLayout;
import io.raftlog.internal.entry.MalformedEntryException;
import io.raftlog.internal.entry.RunCursor;
import io.raftlog.internal.entry.StructuredBody;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Where each record of an entry is, so that a reader need not walk. Immutable. */
final class RecordIndex {
  private final LogEntry entry;
  private final RunCursor bodies;

  /** Where each record begins. */
  private final int[] at;

  /** The number within the entry of each run's first record. */
  private final int[] runFirst;

  private final String[] runProducer;
  private final long[] runSequence;

  private RecordIndex(
      LogEntry entry, int[] at, int[] runFirst, String[] runProducer, long[] runSequence) {
    this.entry = entry;
    this.bodies = entry.runs();
    this.at = at;
    this.runFirst = runFirst;
    this.runProducer = runProducer;
    this.runSequence = runSequence;
  }

  static RecordIndex of(LogEntry entry) {
    int count = entry.header().recordCount();
    int[] at = new int[Math.min(count, entry.length() / EntryLayout.RECORD_HEADER_BYTES)];
    int[] runFirst = new int[4];
    String[] runProducer = new String[4];
    long[] runSequence = new long[4];
    int runs = 0;
    int records = 0;
    for (RunCursor run = entry.runs(); run.nextRun(); ) {
      if (run.isControl()) {
        continue; // it has the same first record as the run after it
      }
      if (runs == runFirst.length) {
        runFirst = Arrays.copyOf(runFirst, runs * 2);
        runProducer = Arrays.copyOf(runProducer, runs * 2);
        runSequence = Arrays.copyOf(runSequence, runs * 2);
      }
      runFirst[runs] = records;
      runProducer[runs] = run.producer().toString();
      runSequence[runs] = run.firstSequence();
      int next = run.recordsFrom();
      for (int i = 0; i < run.count(); i++) {
        if (records == at.length) {
          throw new MalformedEntryException("more records than the header says: " + count);
        }
        at[records++] = next;
        next = run.after(next);
      }
      if (next != run.runEnd()) {
        throw new MalformedEntryException("a run's records end before the run does");
      }
      runs++;
    }
    if (records != count) {
      throw new MalformedEntryException(records + " records, the header says " + count);
    }
    return new RecordIndex(entry, at, Arrays.copyOf(runFirst, runs), runProducer, runSequence);
  }

  /** What the record with this number takes in the log, in bytes: its header, and all it has. */
  int length(int number) {
    return EntryLayout.RECORD_HEADER_BYTES + entry.bytes().getInt(at[number]);
  }

  /** The record with this number within the entry. */
  LogRecord record(int number) {
    int found = Arrays.binarySearch(runFirst, number);
    int run = found >= 0 ? found : -found - 2;
    ByteBuffer body = bodies.body(at[number]);
    StructuredBody parts =
        bodies.isStructured(at[number])
            ? StructuredBody.decode(body)
            : new StructuredBody(null, List.of(), body);
    return new LogRecord(
        entry.header().firstOffset() + number,
        entry.header().timestamp(),
        runProducer[run],
        runSequence[run] + number - runFirst[run],
        parts.key(),
        parts.headers(),
        parts.payload());
  }
}
