package io.raftlog.internal.node;

import io.raftlog.AppendResult;
import io.raftlog.Consistency;
import io.raftlog.LogOptions;
import io.raftlog.LogRecord;
import io.raftlog.LogStatus;
import io.raftlog.Message;
import io.raftlog.NodeId;
import io.raftlog.OffsetOutOfRangeException;
import io.raftlog.Producer;
import io.raftlog.RaftLog;
import io.raftlog.ReadOptions;
import io.raftlog.ReadResult;
import io.raftlog.StartAt;
import io.raftlog.SubscribeOptions;
import io.raftlog.Subscription;
import io.raftlog.SubscriptionStatus;
import io.raftlog.internal.entry.ControlRun;
import io.raftlog.internal.entry.EntryDraft;
import io.raftlog.internal.entry.EntryLayout;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.RecordBodies;
import io.raftlog.internal.entry.SubscriptionId;
import io.raftlog.internal.position.Subscribed;
import io.raftlog.internal.replica.Callbacks;
import io.raftlog.internal.replica.ControlOutcome;
import io.raftlog.internal.replica.Replica;
import io.raftlog.internal.subscription.LogPublisher;
import io.raftlog.internal.subscription.RecordSource;
import io.raftlog.internal.subscription.Subscriptions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A log as an application sees it: checks arguments, then hands over to the replica. Any thread.
 */
final class NodeLog implements RaftLog, ProducerLog {
  private static final ReadOptions LINEARIZABLE =
      ReadOptions.DEFAULT.withMaxRecords(1).withConsistency(Consistency.LINEARIZABLE);

  /** How long to wait before what was refused for want of room is sent again. */
  private static final long RETRY_MILLIS = 50;

  private final NodeId node;
  private final String id;
  private final LogOptions options;
  private final Replica replica;
  private final Subscriptions subscriptions;
  private final Callbacks callbacks;

  /** Those that have something to send again, and wait with it for room. */
  private final Set<ProducerHandle> waitingForRoom = ConcurrentHashMap.newKeySet();

  NodeLog(
      NodeId node,
      String id,
      LogOptions options,
      Replica replica,
      Subscriptions subscriptions,
      Callbacks callbacks) {
    this.node = node;
    this.id = id;
    this.options = options;
    this.replica = replica;
    this.subscriptions = subscriptions;
    this.callbacks = callbacks;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public CompletableFuture<AppendResult> append(String producerId, long sequence, byte[] payload) {
    return append(
        producerId, sequence, List.of(Objects.requireNonNull(payload, "payload must not be null")));
  }

  @Override
  public CompletableFuture<AppendResult> append(
      String producerId, long firstSequence, List<byte[]> payloads) {
    return append(producerId(producerId), 0, firstSequence, RecordBodies.of(payloads));
  }

  @Override
  public CompletableFuture<AppendResult> appendMessages(
      String producerId, long firstSequence, List<Message> messages) {
    return append(producerId(producerId), 0, firstSequence, RecordBodies.ofMessages(messages));
  }

  @Override
  public CompletableFuture<Producer> producer(String producerId) {
    return ProducerHandle.register(this, producerId(producerId));
  }

  private static ProducerId producerId(String name) {
    return ProducerId.of(Objects.requireNonNull(name, "producer id must not be null"));
  }

  @Override
  public CompletableFuture<ControlOutcome> append(ControlRun run) {
    return replica.appends().append(run);
  }

  @Override
  public CompletableFuture<AppendResult> append(
      ProducerId producer, long registration, long firstSequence, RecordBodies records) {
    checkLimits(producer, firstSequence, records);
    return replica.appends().append(producer, registration, firstSequence, records);
  }

  @Override
  public void complete(Runnable task) {
    callbacks.execute(task);
  }

  @Override
  public void completeAll(List<Runnable> tasks) {
    callbacks.executeAll(tasks);
  }

  @Override
  public void sendLater(ProducerHandle producer) {
    if (waitingForRoom.add(producer)) {
      CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS, Runnable::run)
          .execute(() -> sendNow(producer));
    }
  }

  private void sendNow(ProducerHandle producer) {
    if (waitingForRoom.remove(producer)) {
      complete(producer::sendWaiting);
    }
  }

  /** The replica is closed: producers that wait for room need not, since nothing is taken. */
  void closed() {
    waitingForRoom.forEach(this::sendNow);
  }

  @Override
  public long maxInFlightBytes() {
    return options.maxInFlightBytes();
  }

  @Override
  public void checkLimits(ProducerId producer, long firstSequence, RecordBodies records) {
    if (records.count() == 0) {
      throw new IllegalArgumentException("a list to append must have at least one payload");
    }
    if (firstSequence < 0 || firstSequence > Long.MAX_VALUE - records.count()) {
      throw new IllegalArgumentException(
          "sequence must be from 0 to 2^63 - 2, is "
              + firstSequence
              + (records.count() > 1 ? " for the first of " + records.count() : ""));
    }
    if (records.longest() > options.maxPayloadBytes()) {
      throw new IllegalArgumentException(
          "payload, with key and headers, has "
              + records.longest()
              + " bytes, maxPayloadBytes is "
              + options.maxPayloadBytes());
    }
    long bytes = EntryLayout.HEADER_BYTES + EntryDraft.bytesFor(producer, records);
    if (bytes > options.maxBatchBytes()) {
      throw new IllegalArgumentException(
          "the list needs "
              + bytes
              + " bytes as one batch, maxBatchBytes is "
              + options.maxBatchBytes());
    }
  }

  @Override
  public CompletableFuture<ReadResult> read(long offset, ReadOptions readOptions) {
    Objects.requireNonNull(readOptions, "read options must not be null");
    if (offset < 0) {
      throw new IllegalArgumentException("offset must not be negative, is " + offset);
    }
    return replica.reader().read(offset, readOptions, System.nanoTime());
  }

  @Override
  public CompletableFuture<Long> offsetAt(Instant time) {
    return replica.reader().offsetAt(firstMilliNotBefore(time));
  }

  @Override
  public Flow.Publisher<LogRecord> subscribe(StartAt start, SubscribeOptions subscribeOptions) {
    Objects.requireNonNull(start, "start must not be null");
    Objects.requireNonNull(subscribeOptions, "subscribe options must not be null");
    return publisher("", new FromStart(start), subscribeOptions, subscriptions);
  }

  @Override
  public CompletableFuture<Subscription> subscription(
      String name, StartAt start, SubscribeOptions subscribeOptions) {
    Objects.requireNonNull(name, "subscription name must not be null");
    Objects.requireNonNull(start, "start must not be null");
    Objects.requireNonNull(subscribeOptions, "subscribe options must not be null");
    return SubscriptionHandle.claim(
        this, SubscriptionId.of(name), new FromStart(start), subscribeOptions);
  }

  @Override
  public List<SubscriptionStatus> subscriptions() {
    List<SubscriptionStatus> statuses = new ArrayList<>();
    for (SubscriptionId subscription : replica.positions().ids()) {
      Subscribed known = subscribed(subscription);
      if (known != null) {
        statuses.add(
            new SubscriptionStatus(
                subscription.toString(), known.position(), lag(known.position())));
      }
    }
    return statuses;
  }

  /** What this node knows of a subscription, or null. */
  @Nullable Subscribed subscribed(SubscriptionId subscription) {
    return replica.positions().get(subscription);
  }

  /** How many records are committed from a position on. */
  long lag(long position) {
    return Math.max(0, endOffset() - position);
  }

  /** The end of what this node knows to be committed. */
  long endOffset() {
    return replica.reader().endOffset();
  }

  /**
   * Completes when this node knows the log up to an offset; fails with {@link
   * OffsetOutOfRangeException} when a leader confirms that the log ends before it. Whoever read so
   * far elsewhere may be right although this node lags.
   */
  CompletableFuture<?> awaitEnd(long offset) {
    return offset <= endOffset()
        ? CompletableFuture.completedFuture(offset)
        : read(offset, LINEARIZABLE);
  }

  /** Completes when this node has applied what was committed anywhere when this was called. */
  CompletableFuture<?> caughtUp() {
    return read(endOffset(), LINEARIZABLE);
  }

  /** A part of the node's subscriptions, which can be closed without the others. */
  Subscriptions someSubscriptions() {
    return subscriptions.some();
  }

  /** Publishes records that come from this log, to subscriptions of the node's. */
  Flow.Publisher<LogRecord> publisher(
      String what, RecordSource source, SubscribeOptions subscribeOptions, Subscriptions to) {
    return new LogPublisher("node=" + node + " log=" + id + what, source, subscribeOptions, to);
  }

  /** This log's records, from a start on. */
  private final class FromStart implements RecordSource {
    private final StartAt start;

    FromStart(StartAt start) {
      this.start = start;
    }

    @Override
    public CompletableFuture<Long> firstOffset() {
      return switch (start.kind()) {
        case EARLIEST -> CompletableFuture.completedFuture(replica.reader().startOffset());
        case LATEST -> CompletableFuture.completedFuture(endOffset());
        case OFFSET -> CompletableFuture.completedFuture(start.offset());
        case TIME -> offsetAt(start.time().orElseThrow());
      };
    }

    @Override
    public long endOffset() {
      return NodeLog.this.endOffset();
    }

    @Override
    public CompletableFuture<ReadResult> read(long offset, ReadOptions readOptions) {
      return NodeLog.this.read(offset, readOptions);
    }
  }

  private static long firstMilliNotBefore(Instant time) {
    if (time.getEpochSecond() >= Long.MAX_VALUE / 1000) {
      return Long.MAX_VALUE;
    }
    if (time.getEpochSecond() < 0) {
      return 0;
    }
    long millis = time.toEpochMilli();
    return Instant.ofEpochMilli(millis).isBefore(time) ? millis + 1 : millis;
  }

  @Override
  public LogStatus status() {
    return replica.status();
  }
}
