package io.raftlog.simulation;

import io.raftlog.CorruptedLogException;
import io.raftlog.LogFailedException;
import io.raftlog.LogRecord;
import io.raftlog.NodeClosedException;
import io.raftlog.ReadOptions;
import io.raftlog.ReadResult;
import io.raftlog.SubscribeOptions;
import io.raftlog.internal.replica.LogReader;
import io.raftlog.internal.subscription.LogPublisher;
import io.raftlog.internal.subscription.RecordSource;
import io.raftlog.simulation.checkers.Violation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Subscribes on any node, and after a crash, or when it likes, goes on where it was on another. It
 * requests as it likes, now and then from within a delivery.
 */
final class SubscriberClient {
  private static final long UNKNOWN = -1;

  private final World world;
  private final LogClients log;
  private final SeededRandom random;
  private final String name;
  private final SubscribeOptions options;

  /** The record that must come next; unknown until the first subscription. */
  private long next = UNKNOWN;

  private @Nullable Stay stay;
  private boolean stopped;

  SubscriberClient(World world, LogClients log, SeededRandom random, String name) {
    this.world = world;
    this.log = log;
    this.random = random;
    this.name = name;
    this.options = SubscribeOptions.DEFAULT.withBufferRecords((int) random.logUniform(1, 100));
  }

  void start() {
    world.queue.after(
        random.exponential(world.settings.workload().thinkNanos() * 2),
        () -> world.watch(this::step));
  }

  /** From now on it does nothing by itself. */
  void stop() {
    stopped = true;
  }

  private void step() {
    if (stopped) {
      return;
    }
    Stay current = stay;
    if (current == null || current.isOver() || random.chance(0.05)) {
      Life life = log.anyLife(random);
      if (life != null) {
        moveTo(life);
      }
    } else {
      current.request(random.between(1, 30));
    }
    start();
  }

  /** Leaves where it is, and goes on there. */
  private Stay moveTo(Life life) {
    Stay left = stay;
    if (left != null && !left.isOver()) {
      left.cancel();
    }
    Stay entered = new Stay(life);
    stay = entered;
    world.counters.add("client.subscriptions");
    world.trace("subscribe", life.session(), next, () -> name + " at " + next);
    new LogPublisher(
            "node=" + life.session() + " log=" + log.logId(),
            new FromNext(life.replica(log.logId()).reader(), life),
            options,
            life.subscriptions())
        .subscribe(entered);
    return entered;
  }

  /** Takes everything that there is on a node, and all that follows. */
  void takeAll(Life life) {
    moveTo(life).request(Long.MAX_VALUE);
  }

  /** Whether it has had every record before an offset, and no other. */
  boolean isAt(long endOffset) {
    return next == endOffset;
  }

  /** Whether a subscription in this life of a node has not been told that it is over. */
  boolean waitsFor(Life life) {
    Stay current = stay;
    return current != null && current.life == life && !current.over;
  }

  /** The log on a node, from the record that must come next; the first time from anywhere. */
  private final class FromNext implements RecordSource {
    private final LogReader reader;
    private final Life life;

    FromNext(LogReader reader, Life life) {
      this.reader = reader;
      this.life = life;
    }

    @Override
    public CompletableFuture<Long> firstOffset() {
      if (next == UNKNOWN) {
        next = random.between(reader.startOffset(), reader.endOffset());
      }
      return CompletableFuture.completedFuture(next);
    }

    @Override
    public long endOffset() {
      return reader.endOffset();
    }

    @Override
    public CompletableFuture<ReadResult> read(long offset, ReadOptions readOptions) {
      return reader.read(offset, readOptions, life.nowNanos());
    }
  }

  /** One subscription. */
  private final class Stay implements Flow.Subscriber<LogRecord> {
    private final Life life;
    private Flow.@Nullable Subscription subscription;
    private long wanted;
    private boolean over;

    Stay(Life life) {
      this.life = life;
    }

    boolean isOver() {
      return over || !life.isAlive();
    }

    void request(long count) {
      Flow.Subscription given = subscription;
      if (given != null) {
        wanted = wanted > Long.MAX_VALUE - count ? Long.MAX_VALUE : wanted + count;
        given.request(count);
      }
    }

    void cancel() {
      over = true;
      Flow.Subscription given = subscription;
      if (given != null) {
        given.cancel();
      }
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      if (random.chance(0.5)) {
        request(random.between(1, 30));
      }
    }

    /** What is violated here must not be taken for an exception of a subscriber. */
    @Override
    public void onNext(LogRecord record) {
      world.watch(() -> delivered(record));
    }

    private void delivered(LogRecord record) {
      Violation.unless(
          !over, "SubscriptionIsOver", () -> name + " got " + record.offset() + " afterwards");
      Violation.unless(
          wanted > 0, "BackPressure", () -> name + " did not request " + record.offset());
      wanted -= wanted == Long.MAX_VALUE ? 0 : 1;
      log.history()
          .delivered(
              name,
              record.offset(),
              log.payloads().keyOf(record.payload(), record.producerId(), record.sequence()));
      next = record.offset() + 1;
      world.counters.add("client.subscriptions.records");
      world.trace("deliver", life.session(), record.offset(), () -> name);
      if (random.chance(0.1)) {
        request(random.between(1, 10));
      }
      if (!stopped && random.chance(0.01)) {
        cancel();
      }
    }

    @Override
    public void onError(Throwable thrown) {
      world.watch(() -> ended(thrown));
    }

    private void ended(Throwable thrown) {
      Violation.unless(
          !over, "SubscriptionIsOver", () -> name + " was told " + thrown + " afterwards");
      over = true;
      world.counters.add("client.subscriptions." + thrown.getClass().getSimpleName());
      world.trace("ended", life.session(), next, () -> name + " " + thrown);
      // That next is beyond the end, for instance, cannot be: all before it has been delivered.
      Violation.unless(
          thrown instanceof NodeClosedException
              || thrown instanceof LogFailedException
              || thrown instanceof CorruptedLogException,
          "Unexpected",
          () -> name + " at " + next + " on " + life.session() + " ended with " + thrown);
    }

    @Override
    public void onComplete() {
      world.report(new Violation("SubscriptionIsOver", name + " completed"));
    }
  }
}
