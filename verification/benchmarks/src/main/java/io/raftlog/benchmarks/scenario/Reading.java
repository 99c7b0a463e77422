package io.raftlog.benchmarks.scenario;

import io.raftlog.LogRecord;
import io.raftlog.RaftLog;
import io.raftlog.ReadOptions;
import io.raftlog.ReadResult;
import io.raftlog.StartAt;
import io.raftlog.benchmarks.contender.Payloads;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** Reads a log of one node from its start, and looks at every record. */
final class Reading {
  /** Of one read. */
  private static final ReadOptions MANY = ReadOptions.DEFAULT.withMaxRecords(1_000);

  private Reading() {}

  /**
   * What was read.
   *
   * @param records how many
   * @param wrong those that were not the payload that was appended there
   * @param nanos how long it took
   */
  record Pass(long records, long wrong, long nanos) {}

  /** Reads up to the end that the node knows, one read after another. Blocks. */
  static Pass readAll(RaftLog log, Payloads payloads) {
    return readWhile(log, payloads, () -> true, count -> {});
  }

  /** The same, until the end or until it shall go on no more; tells how many each read gave. */
  static Pass readWhile(RaftLog log, Payloads payloads, BooleanSupplier goOn, LongConsumer counts) {
    long startNanos = System.nanoTime();
    long wrong = 0;
    long offset = 0;
    ReadResult result;
    do {
      result = log.read(offset, MANY).join();
      for (LogRecord record : result.records()) {
        wrong += payloads.verify(record.payloadBytes()) == record.offset() ? 0 : 1;
      }
      counts.accept(result.records().size());
      offset = result.nextOffset();
    } while (!result.records().isEmpty() && goOn.getAsBoolean());
    return new Pass(offset, wrong, System.nanoTime() - startNanos);
  }

  /** Subscribes at the start, until so many records were delivered. Blocks. */
  static Pass subscribeToAll(RaftLog log, Payloads payloads, long records) {
    CompletableFuture<Pass> done = new CompletableFuture<>();
    long startNanos = System.nanoTime();
    log.subscribe(StartAt.earliest())
        .subscribe(
            new EachRecord(done) {
              private long wrong;

              @Override
              void take(LogRecord record) {
                wrong += payloads.verify(record.payloadBytes()) == record.offset() ? 0 : 1;
                if (record.offset() == records - 1) {
                  cancel();
                  done.complete(new Pass(records, wrong, System.nanoTime() - startNanos));
                }
              }
            });
    return done.join();
  }
}
