package io.raftlog.internal.subscription;

import io.raftlog.BackpressureException;
import io.raftlog.Consistency;
import io.raftlog.LogRecord;
import io.raftlog.NoLeaderException;
import io.raftlog.OffsetOutOfRangeException;
import io.raftlog.OffsetTrimmedException;
import io.raftlog.ReadOptions;
import io.raftlog.ReadResult;
import io.raftlog.StaleReadException;
import io.raftlog.SubscribeOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscriber's way through the log: reads a batch when the subscriber has taken the last one
 * and wants more, and delivers it. Any thread may call; what is below "turn" belongs to whoever has
 * the turn, of whom there is one at a time, so that signals are serial.
 *
 * <p>While nothing can be done there is no turn and no thread, only a read that waits for the log
 * to grow.
 */
final class LogSubscription implements Flow.Subscription {
  private static final Logger LOG = LoggerFactory.getLogger(LogSubscription.class);

  /** How long a read waits for the log to grow; then there is another. */
  private static final Duration LONG_POLL = Duration.ofHours(1);

  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Pauses double from failure to failure, five times: up to 1.6 seconds. */
  private static final int MAX_DOUBLINGS = 5;

  /** That reads fail now and then is told once in this time. */
  private static final long WARN_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long UNKNOWN = -1;

  /** Why it is over: told to the subscriber, unless it was the subscriber who ended it. */
  private record Ending(@Nullable Throwable told) {}

  private static final Ending CANCELLED = new Ending(null);

  /** Something asked for, and what to do with it. */
  private record Awaited<T>(CompletableFuture<T> future, Consumer<T> then) {
    void take() {
      then.accept(future.join());
    }
  }

  private final String name;
  private final long number;
  private final RecordSource source;
  private final SubscribeOptions options;
  private final Subscriptions subscriptions;
  private final DeliveryThreads threads;
  private final AtomicLong demand = new AtomicLong();
  private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();

  /** Reasons for a turn that have not been looked at. Whoever adds the first one gives the turn. */
  private final AtomicInteger reasons = new AtomicInteger();

  // ---- turn

  /** Null when it is over. */
  private Flow.@Nullable Subscriber<? super LogRecord> subscriber;

  /** What has been read; delivered up to, exclusive, {@link #delivered}. */
  private List<LogRecord> buffer = List.of();

  private int delivered;
  private long nextOffset = UNKNOWN;
  private @Nullable Awaited<?> awaited;

  /** Whether the next read must see what is committed anywhere. */
  private boolean linearizable;

  /** How often in a row something failed that passes. */
  private int failures;

  private long warnedNanos = System.nanoTime() - WARN_INTERVAL_NANOS;

  LogSubscription(
      String name,
      RecordSource source,
      SubscribeOptions options,
      Subscriptions subscriptions,
      Flow.Subscriber<? super LogRecord> subscriber) {
    this.name = name;
    this.source = source;
    this.options = options;
    this.subscriptions = subscriptions;
    this.threads = subscriptions.threads();
    this.number = subscriptions.nextNumber();
    this.subscriber = subscriber;
  }

  /** Has the first turn, so that nothing is signalled before onSubscribe has returned (§1.3). */
  void begin() {
    reasons.set(1);
    subscriptions.add(number, this);
    Flow.Subscriber<? super LogRecord> told = subscriber;
    if (told != null) {
      fetch();
      call("onSubscribe", () -> told.onSubscribe(this));
    }
    if (reasons.decrementAndGet() > 0) {
      threads.execute(this::takeTurns);
    }
  }

  @Override
  public void request(long n) {
    if (n <= 0) {
      fail(new IllegalArgumentException("§3.9: request must be positive, is " + n));
      return;
    }
    demand.accumulateAndGet(n, (a, b) -> a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b);
    wakeUp();
  }

  @Override
  public void cancel() {
    ending.compareAndSet(null, CANCELLED);
    if (reasons.getAndIncrement() == 0) {
      // Nobody is being called, and nobody will be: no thread is needed to clean up.
      takeTurns();
    }
  }

  /** Ends it; the subscriber is told, unless it is over already. */
  void fail(Throwable cause) {
    ending.compareAndSet(null, new Ending(cause));
    wakeUp();
  }

  private void wakeUp() {
    if (reasons.getAndIncrement() == 0) {
      threads.execute(this::takeTurns);
    }
  }

  private void takeTurns() {
    int seen = reasons.get();
    while (seen > 0) {
      turn();
      seen = reasons.addAndGet(-seen);
      if (seen > 0 && threads.areShort()) {
        threads.execute(this::takeTurns);
        return;
      }
    }
  }

  /** At most one batch, so that others get a thread. */
  private void turn() {
    Flow.Subscriber<? super LogRecord> told = subscriber;
    if (told == null) {
      return;
    }
    if (ending.get() == null) {
      take();
      deliver(told);
      fetch();
    }
    Ending over = ending.get();
    if (over != null) {
      end(told, over);
    }
  }

  /** Takes what was awaited, if it has come. */
  private void take() {
    Awaited<?> come = awaited;
    if (come == null || !come.future().isDone()) {
      return;
    }
    awaited = null;
    try {
      come.take();
    } catch (CompletionException e) {
      failed(e.getCause() == null ? e : e.getCause());
    } catch (Throwable e) {
      failed(e);
    }
  }

  private void deliver(Flow.Subscriber<? super LogRecord> told) {
    while (delivered < buffer.size() && ending.get() == null) {
      long wanted = demand.get();
      if (wanted == 0) {
        return;
      }
      Throwable over = source.over();
      if (over != null) {
        fail(over);
        return;
      }
      if (wanted != Long.MAX_VALUE) {
        demand.decrementAndGet();
      }
      LogRecord record = buffer.get(delivered++);
      call("onNext", () -> told.onNext(record));
    }
  }

  /** Asks for the next batch, when the subscriber wants more than there is. */
  private void fetch() {
    if (awaited != null || delivered < buffer.size() || ending.get() != null) {
      return;
    }
    buffer = List.of();
    delivered = 0;
    try {
      if (nextOffset == UNKNOWN) {
        await(source.firstOffset(), first -> nextOffset = first);
      } else if (demand.get() > 0) {
        await(source.read(nextOffset, readOptions()), this::arrived);
      }
    } catch (Throwable e) {
      fail(e);
    }
  }

  private ReadOptions readOptions() {
    return ReadOptions.DEFAULT
        .withMaxRecords((int) Math.min(demand.get(), options.bufferRecords()))
        .withConsistency(linearizable ? Consistency.LINEARIZABLE : Consistency.LOCAL)
        .withWaitFor(LONG_POLL);
  }

  private <T> void await(CompletableFuture<T> future, Consumer<T> then) {
    awaited = new Awaited<>(future, then);
    var unused = future.whenComplete((value, thrown) -> wakeUp());
  }

  private void arrived(ReadResult result) {
    buffer = result.records();
    nextOffset = result.nextOffset();
    linearizable = false;
    failures = 0;
  }

  private void failed(Throwable cause) {
    if (cause instanceof OffsetTrimmedException trimmed) {
      skip(trimmed);
    } else if (cause instanceof OffsetOutOfRangeException && !linearizable) {
      // Whoever read this far on another node, or on this one before a restart, is right to ask for
      // what comes next. So it is beyond the end only when a leader confirms it.
      linearizable = true;
    } else if (cause instanceof BackpressureException
        || cause instanceof NoLeaderException
        || cause instanceof StaleReadException) {
      pause(cause);
    } else {
      fail(cause);
    }
  }

  private void skip(OffsetTrimmedException trimmed) {
    long from = trimmed.requestedOffset();
    long to =
        switch (options.onTrimmed()) {
          case FAIL -> UNKNOWN;
          case EARLIEST -> trimmed.startOffset();
          case LATEST -> Math.max(trimmed.startOffset(), source.endOffset());
        };
    if (to == UNKNOWN) {
      fail(trimmed);
      return;
    }
    LOG.warn(
        "{} subscription={} leaves out what was trimmed: from={} to={}", name, number, from, to);
    nextOffset = to;
    call("the gap listener", () -> options.gapListener().skipped(from, to));
  }

  /** What failed will do so no longer in a while. */
  private void pause(Throwable cause) {
    long delay = FIRST_PAUSE_NANOS << Math.min(failures, MAX_DOUBLINGS);
    long now = System.nanoTime();
    if (failures++ == 0 && now - warnedNanos >= WARN_INTERVAL_NANOS) {
      warnedNanos = now;
      LOG.warn("{} subscription={} waits, will read again: {}", name, number, cause.getMessage());
    }
    CompletableFuture<Void> over = new CompletableFuture<>();
    await(over, nothing -> {});
    threads.executeLater(() -> over.complete(null), delay);
  }

  /** Calls the application, whose exceptions end its subscription and nothing else (§2.13). */
  private void call(String what, Runnable signal) {
    try {
      signal.run();
    } catch (Throwable e) {
      ending.compareAndSet(null, CANCELLED);
      LOG.error("{} subscription={} is over: exception from {}", name, number, what, e);
    }
  }

  /** Forgets everything, the subscriber too (§3.13). */
  private void end(Flow.Subscriber<? super LogRecord> told, Ending over) {
    subscriber = null;
    buffer = List.of();
    Awaited<?> vain = awaited;
    awaited = null;
    if (vain != null) {
      vain.future().cancel(false);
    }
    subscriptions.remove(number);
    Throwable cause = over.told();
    if (cause != null) {
      call("onError", () -> told.onError(cause));
    }
  }
}
