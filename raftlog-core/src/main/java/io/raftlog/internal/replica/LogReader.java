package io.raftlog.internal.replica;

import io.raftlog.BackpressureException;
import io.raftlog.Consistency;
import io.raftlog.NoLeaderException;
import io.raftlog.RaftLogException;
import io.raftlog.ReadOptions;
import io.raftlog.ReadResult;
import io.raftlog.StaleReadException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where reads come in: serves at once what can be, and lets the others wait. Any thread. */
public final class LogReader {
  /** No wait is longer, so that times can be compared: 146 years. */
  private static final long MAX_WAIT_NANOS = Long.MAX_VALUE / 2;

  private final ReplicaConfig config;
  private final CommittedRecords records;
  private final ReadRounds rounds;
  private final Inbox inbox;

  /** Reads that have been called and that wait, or are on their way to the loop. */
  private final AtomicInteger waiting = new AtomicInteger();

  LogReader(ReplicaConfig config, CommittedRecords records, ReadRounds rounds, Inbox inbox) {
    this.config = config;
    this.records = records;
    this.rounds = rounds;
    this.inbox = inbox;
  }

  /**
   * Reads; see {@link io.raftlog.RaftLog#read}.
   *
   * @param offset the first record's offset, at least 0
   * @param options how many, what must be seen, and how long it may take
   * @param nowNanos when it was called, steady clock
   * @return the records
   */
  public CompletableFuture<ReadResult> read(long offset, ReadOptions options, long nowNanos) {
    RaftLogException cause = records.closed();
    if (cause != null) {
      return CompletableFuture.failedFuture(cause);
    }
    boolean confirmed = !mustBeConfirmed(options, nowNanos);
    ReadView view = records.view();
    if (confirmed && options.atLeast() <= view.endOffset() && !waits(offset, options, view)) {
      return records.read(offset, options.maxRecords());
    }
    if (waiting.incrementAndGet() > config.maxWaitingReads()) {
      waiting.decrementAndGet();
      return CompletableFuture.failedFuture(
          new BackpressureException(
              "log "
                  + config.logId()
                  + ": "
                  + config.maxWaitingReads()
                  + " reads wait already; read again when some are done"));
    }
    PatientRead read = new PatientRead(offset, options, nowNanos);
    if (confirmed) {
      read.awaitKnown(view);
    } else {
      read.awaitConfirmed();
    }
    return read.result;
  }

  /**
   * The first record that can be read.
   *
   * @return the first offset that is retained
   */
  public long startOffset() {
    return records.view().startOffset();
  }

  /**
   * The end of what can be read.
   *
   * @return the end of what is committed and applied, exclusive
   */
  public long endOffset() {
    return records.view().endOffset();
  }

  /**
   * Finds an offset by time; see {@link io.raftlog.RaftLog#offsetAt}.
   *
   * @param epochMillis milliseconds since 1970
   * @return the offset
   */
  public CompletableFuture<Long> offsetAt(long epochMillis) {
    return records.offsetAt(epochMillis);
  }

  private boolean mustBeConfirmed(ReadOptions options, long nowNanos) {
    if (options.consistency() == Consistency.LINEARIZABLE) {
      return true;
    }
    Duration bound = options.maxStaleness();
    return bound != null && !rounds.isFresh(nowNanos, nanos(bound));
  }

  private static boolean waits(long offset, ReadOptions options, ReadView view) {
    return offset == view.endOffset() && !options.waitFor().isZero();
  }

  private static long nanos(Duration duration) {
    return duration.toSeconds() >= MAX_WAIT_NANOS / 1_000_000_000
        ? MAX_WAIT_NANOS
        : duration.toNanos();
  }

  /** One read that has to wait, perhaps for one thing after the other. */
  private final class PatientRead {
    final CompletableFuture<ReadResult> result = new CompletableFuture<>();
    private final long offset;
    private final ReadOptions options;
    private final long calledNanos;

    /** What it waits for; abandoned when the caller completes the result. */
    private volatile @Nullable WaitingRead awaited;

    /** Whether it has no place any more among those that wait. */
    private final AtomicBoolean left = new AtomicBoolean();

    PatientRead(long offset, ReadOptions options, long calledNanos) {
      this.offset = offset;
      this.options = options;
      this.calledNanos = calledNanos;
      var unused = result.whenComplete((found, thrown) -> ended());
    }

    /** Makes room just before the caller hears of the outcome, and may call again. */
    private void leave() {
      if (left.compareAndSet(false, true)) {
        waiting.decrementAndGet();
      }
    }

    private void complete(ReadResult found) {
      leave();
      result.complete(found);
    }

    private void fail(Throwable cause) {
      leave();
      result.completeExceptionally(cause);
    }

    /** Perhaps by the caller, who can complete what was returned. */
    private void ended() {
      leave();
      WaitingRead last = awaited;
      if (last != null && !last.future.isDone()) {
        inbox.add(new Inbox.ReadAbandoned(last));
      }
    }

    void awaitConfirmed() {
      long deadline = calledNanos + nanos(options.timeout());
      await(WaitingRead.forConfirmation(deadline), this::awaitKnown);
    }

    void awaitKnown(ReadView view) {
      if (options.atLeast() <= view.endOffset()) {
        awaitRecord(view);
        return;
      }
      long patience =
          options.waitFor().isZero() ? config.appendTimeoutNanos() : nanos(options.waitFor());
      await(
          WaitingRead.forEnd(options.atLeast(), calledNanos + patience),
          reached -> {
            if (reached.endOffset() < options.atLeast()) {
              fail(lacking(reached));
            } else {
              awaitRecord(reached);
            }
          });
    }

    private void awaitRecord(ReadView view) {
      if (waits(offset, options, view)) {
        long deadline = calledNanos + nanos(options.waitFor());
        await(WaitingRead.forEnd(offset + 1, deadline), reached -> read());
      } else {
        read();
      }
    }

    private void read() {
      var unused =
          records
              .read(offset, options.maxRecords())
              .whenComplete(
                  (found, thrown) -> {
                    if (thrown == null) {
                      complete(found);
                    } else {
                      fail(thrown);
                    }
                  });
    }

    private void await(WaitingRead read, Consumer<ReadView> then) {
      awaited = read;
      var unused = read.future.whenComplete((view, thrown) -> goOn(view, thrown, then));
      inbox.add(new Inbox.ReadAsked(read));
      RaftLogException cause = records.closed();
      if (cause != null) {
        // The loop may have looked into the inbox for the last time before this was in it.
        fail(cause);
      } else if (result.isDone()) {
        inbox.add(new Inbox.ReadAbandoned(read));
      }
    }

    private void goOn(ReadView view, @Nullable Throwable thrown, Consumer<ReadView> then) {
      if (result.isDone()) {
        return;
      }
      try {
        if (thrown == null) {
          then.accept(view);
        } else {
          fail(asCallerSeesIt(thrown));
        }
      } catch (Throwable e) {
        fail(e);
      }
    }

    private Throwable asCallerSeesIt(Throwable thrown) {
      if (options.consistency() == Consistency.LOCAL && thrown instanceof NoLeaderException) {
        return new StaleReadException(
            "log "
                + config.logId()
                + ": this node's copy may be older than "
                + options.maxStaleness()
                + ", and it could not be brought up to date with a leader within "
                + options.timeout()
                + "; read again, here or on another node",
            records.view().endOffset());
      }
      return thrown;
    }

    private StaleReadException lacking(ReadView reached) {
      return new StaleReadException(
          "log "
              + config.logId()
              + ": this node knows the log up to offset "
              + reached.endOffset()
              + ", the read must see it up to "
              + options.atLeast()
              + "; read again, here or on another node",
          reached.endOffset());
    }
  }
}
