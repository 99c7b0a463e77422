package io.raftlog.internal.node;

import io.raftlog.BackpressureException;
import io.raftlog.LogRecord;
import io.raftlog.NodeClosedException;
import io.raftlog.RaftLogException;
import io.raftlog.ReadOptions;
import io.raftlog.ReadResult;
import io.raftlog.SubscribeOptions;
import io.raftlog.Subscription;
import io.raftlog.SubscriptionFencedException;
import io.raftlog.TooManySubscriptionsException;
import io.raftlog.internal.entry.ControlRun;
import io.raftlog.internal.entry.SubscriptionId;
import io.raftlog.internal.position.PositionTable;
import io.raftlog.internal.position.Subscribed;
import io.raftlog.internal.replica.ControlOutcome;
import io.raftlog.internal.subscription.RecordSource;
import io.raftlog.internal.subscription.Subscriptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A claimed subscription. At most one commit of it is under way; those called meanwhile become one.
 * Guarded by its lock, but for futures, which complete outside of it.
 */
final class SubscriptionHandle implements Subscription, RecordSource {
  /** Most calls that become one commit: each has a future that waits. */
  static final int MAX_CALLS = 65_536;

  /** Commits that are sent as one, or will be. */
  private static final class Wave {
    final List<CompletableFuture<Void>> calls = new ArrayList<>();
    long position;
  }

  private final NodeLog log;
  private final SubscriptionId id;
  private final long generation;
  private final SubscribeOptions options;
  private final ReentrantLock lock = new ReentrantLock();

  /** Those of its publishers: they end with it. */
  private final Subscriptions subscribers;

  private @Nullable Wave underWay;
  private @Nullable Wave next;
  private volatile long position;

  /** Why it is over; null while it is not. */
  private volatile @Nullable RaftLogException ended;

  private SubscriptionHandle(
      NodeLog log, SubscriptionId id, ControlOutcome claimed, SubscribeOptions options) {
    this.log = log;
    this.id = id;
    this.generation = claimed.inForce();
    this.position = claimed.next();
    this.options = options;
    this.subscribers = log.someSubscriptions();
  }

  /** Claims a subscription, from whoever owns it. */
  static CompletableFuture<Subscription> claim(
      NodeLog log, SubscriptionId id, RecordSource start, SubscribeOptions options) {
    long nonce = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    return Futures.unwrapped(
        claim(log, id, nonce, generation(log, id), start, options)
            .thenCompose(
                claimed ->
                    claimed.isPresent()
                        ? CompletableFuture.completedFuture(claimed)
                        // This node may lag; and without room here the leader was not asked.
                        : log.caughtUp()
                            .thenCompose(
                                end -> claim(log, id, nonce, generation(log, id), start, options)))
            .thenApply(
                claimed ->
                    claimed.orElseThrow(
                        () ->
                            new TooManySubscriptionsException(
                                id.toString(), PositionTable.MAX_SUBSCRIPTIONS))));
  }

  /** The generation that this node knows of, 0 for none. */
  private static long generation(NodeLog log, SubscriptionId id) {
    Subscribed known = log.subscribed(id);
    return known == null ? 0 : known.generation();
  }

  /**
   * Another claim or a removal may come first each time, but then that one has made progress.
   *
   * @return the subscription, or nothing if there are too many
   */
  private static CompletableFuture<Optional<Subscription>> claim(
      NodeLog log,
      SubscriptionId id,
      long nonce,
      long replaces,
      RecordSource start,
      SubscribeOptions options) {
    CompletableFuture<Long> first =
        replaces == 0
            ? start
                .firstOffset()
                .thenCompose(offset -> log.awaitEnd(offset).thenApply(known -> offset))
            : CompletableFuture.completedFuture(0L);
    return first
        .thenCompose(offset -> log.append(new ControlRun.Claim(id, replaces, nonce, offset)))
        .thenCompose(
            outcome ->
                switch (outcome.answer()) {
                  case DONE ->
                      CompletableFuture.completedFuture(
                          Optional.of(new SubscriptionHandle(log, id, outcome, options)));
                  case FULL -> CompletableFuture.completedFuture(Optional.empty());
                  default -> claim(log, id, nonce, outcome.inForce(), start, options);
                });
  }

  @Override
  public String name() {
    return id.toString();
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public long lag() {
    return log.lag(position);
  }

  @Override
  public Flow.Publisher<LogRecord> records() {
    return log.publisher(" subscribed=" + id, this, options, subscribers);
  }

  @Override
  public CompletableFuture<Void> commit(long nextOffset) {
    if (nextOffset < 0) {
      throw new IllegalArgumentException("the position must not be negative, is " + nextOffset);
    }
    if (nextOffset > log.endOffset()) {
      return Futures.unwrapped(log.awaitEnd(nextOffset).thenCompose(reached -> commit(nextOffset)));
    }
    CompletableFuture<Void> told = new CompletableFuture<>();
    Wave wave;
    boolean send;
    lock.lock();
    try {
      if (ended != null) {
        return CompletableFuture.failedFuture(ended);
      }
      if (nextOffset <= position) {
        return CompletableFuture.completedFuture(null);
      }
      send = underWay == null;
      wave = next == null ? new Wave() : next;
      if (wave.calls.size() == MAX_CALLS) {
        return CompletableFuture.failedFuture(
            new BackpressureException(
                "subscription \""
                    + id
                    + "\": "
                    + MAX_CALLS
                    + " commits wait for the one under way; the position was not moved by this one,"
                    + " commit again when some have completed"));
      }
      wave.calls.add(told);
      wave.position = Math.max(wave.position, nextOffset);
      if (send) {
        underWay = wave;
      } else {
        next = wave;
      }
    } finally {
      lock.unlock();
    }
    if (send) {
      send(wave);
    }
    return told;
  }

  private void send(Wave wave) {
    // Not on this caller's thread, even if it is refused at once: others wait for the next wave.
    CompletableFuture<ControlOutcome> sent;
    try {
      sent = log.append(new ControlRun.Position(id, generation, wave.position));
    } catch (OutOfMemoryError e) {
      sent = CompletableFuture.failedFuture(e);
    }
    var unused =
        sent.whenCompleteAsync((outcome, thrown) -> sent(wave, outcome, thrown), log::complete);
  }

  private void sent(Wave wave, @Nullable ControlOutcome outcome, @Nullable Throwable thrown) {
    if (outcome != null && !outcome.isDone()) {
      end(fenced());
    }
    RaftLogException over;
    Wave following;
    lock.lock();
    try {
      if (outcome != null && outcome.isDone()) {
        position = Math.max(position, outcome.next());
      }
      over = ended;
      following = next;
      underWay = over == null ? following : null;
      next = null;
    } finally {
      lock.unlock();
    }
    if (following != null && over == null) {
      send(following); // first: whoever hears of this one may wait for that
    }
    boolean done = outcome != null && outcome.isDone();
    tell(wave, done ? null : thrown == null ? fenced() : Futures.cause(thrown));
    if (following != null && over != null) {
      tell(following, over);
    }
  }

  private void tell(Wave wave, @Nullable Throwable failure) {
    log.completeAll(
        wave.calls.stream()
            .<Runnable>map(
                call ->
                    failure == null
                        ? () -> call.complete(null)
                        : () -> call.completeExceptionally(failure))
            .toList());
  }

  @Override
  public CompletableFuture<Void> remove() {
    RaftLogException over = ended;
    if (over != null) {
      return CompletableFuture.failedFuture(over);
    }
    return Futures.unwrapped(
        log.append(new ControlRun.Removal(id, generation))
            .thenCompose(
                outcome -> {
                  end(fenced());
                  return outcome.isDone()
                      ? CompletableFuture.<Void>completedFuture(null)
                      : CompletableFuture.<Void>failedFuture(fenced());
                }));
  }

  private SubscriptionFencedException fenced() {
    return new SubscriptionFencedException(name());
  }

  private void end(RaftLogException cause) {
    RaftLogException first;
    lock.lock();
    try {
      first = ended == null ? cause : ended;
      ended = first;
    } finally {
      lock.unlock();
    }
    subscribers.close(first);
  }

  @Override
  public void close() {
    end(new NodeClosedException("subscription \"" + id + "\" was closed by its owner"));
  }

  // ---- where its publishers get their records

  @Override
  public CompletableFuture<Long> firstOffset() {
    return CompletableFuture.completedFuture(position);
  }

  @Override
  public long endOffset() {
    return log.endOffset();
  }

  @Override
  public CompletableFuture<ReadResult> read(long offset, ReadOptions readOptions) {
    RaftLogException over = over();
    return over == null ? log.read(offset, readOptions) : CompletableFuture.failedFuture(over);
  }

  @Override
  public @Nullable RaftLogException over() {
    if (ended == null && generation(log, id) != generation) {
      end(fenced());
    }
    return ended;
  }
}
