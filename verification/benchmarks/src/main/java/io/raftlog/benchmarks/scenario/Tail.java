package io.raftlog.benchmarks.scenario;

import io.raftlog.LogRecord;
import io.raftlog.RaftLog;
import io.raftlog.StartAt;
import io.raftlog.benchmarks.contender.AppendTarget;
import io.raftlog.benchmarks.load.AppendRun;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** A subscription that follows the tail: how many records it is given, and how late. */
final class Tail extends EachRecord {
  private static final long HIGHEST_NANOS = TimeUnit.MINUTES.toNanos(2);
  private static final int DIGITS = 3;

  private final Recorder lags = new Recorder(HIGHEST_NANOS, DIGITS);
  private final LongAdder delivered = new LongAdder();
  private final CompletableFuture<Void> failure;

  private Tail(CompletableFuture<Void> failure) {
    super(failure);
    this.failure = failure;
  }

  /** Begins with what is appended from now on, by a target of {@link #stamped}. */
  static Tail of(RaftLog log) {
    Tail tail = new Tail(new CompletableFuture<>());
    log.subscribe(StartAt.latest()).subscribe(tail);
    return tail;
  }

  /** Notes in each payload, after the number of the record, when the append is called. */
  static AppendTarget stamped(AppendTarget target) {
    return new AppendTarget() {
      @Override
      public void awaitLeader() throws Exception {
        target.awaitLeader();
      }

      @Override
      public CompletableFuture<?> append(byte[] payload) {
        ByteBuffer.wrap(payload).putLong(Long.BYTES, System.nanoTime());
        return target.append(payload);
      }
    };
  }

  @Override
  void take(LogRecord record) {
    long lag = System.nanoTime() - record.payload().getLong(Long.BYTES);
    lags.recordValue(Math.min(Math.max(lag, 0), HIGHEST_NANOS));
    delivered.increment();
  }

  /** Measures beside a load. Blocks. */
  FigureMap measure(AppendRun load, Duration duration) throws InterruptedException {
    lags.reset();
    long before = delivered.sum();
    AppendRun.Window window = load.measure(duration);
    long count = delivered.sum() - before;
    failure.getNow(null);
    Histogram histogram = lags.getIntervalHistogram();
    return new FigureMap()
        .put("delivered/s", FigureMap.perSecond(count, window.used().nanos()))
        .put("appends/s", FigureMap.perSecond(window.acknowledged(), window.used().nanos()))
        .put("lag p50 ms", FigureMap.millis(histogram.getValueAtPercentile(50)))
        .put("lag p99 ms", FigureMap.millis(histogram.getValueAtPercentile(99)));
  }
}
