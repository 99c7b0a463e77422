package io.raftlog;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * One replicated log, as seen from one node. Every method may be called from any thread and returns
 * without blocking; {@link #blocking} has appends, producers and reads for callers who wait.
 *
 * <p>Futures complete on the node's callback executor. By default that is one thread: a callback
 * that waits on it for another future of the node, as with {@code join()}, waits for itself for
 * ever, which only {@link #blocking} notices; compose the futures instead. What a callback of the
 * caller's throws harms neither the log nor other callbacks: it goes into the future of that
 * callback's stage, as {@link CompletableFuture} has it, and nowhere else, so whoever ignores that
 * future should log in the callback.
 *
 * <p>A record is identified by its producer and sequence: a producer numbers its appends 0, 1, 2 …,
 * and appending the same number again, on whichever node and however often, never stores it twice,
 * as long as the log remembers the producer: see {@link LogOptions.Builder#maxProducers}.
 */
public interface RaftLog {
  /**
   * The log's name.
   *
   * @return the name that it was given in the builder
   */
  String id();

  /**
   * Appends one record, exactly once. Works on every node.
   *
   * <p>The future completes when a majority has the record on disk (fsync) and a {@link #read} on
   * this node sees it. Appends of one producer that are called in order on one node are appended in
   * order, without waiting for each other.
   *
   * <p>It fails with {@link SequenceGapException}, {@link SequenceReusedException}, {@link
   * UnknownProducerException}, {@link BackpressureException}, {@link NoLeaderException}, {@link
   * NodeClosedException} (definitely not appended), or {@link AppendOutcomeUnknownException} or
   * {@link LogFailedException} (see {@link RaftLogException#fate}).
   *
   * @param producerId who appends, 1 to 255 bytes of UTF-8
   * @param sequence the producer's number for this record: 0 for the first, then one more each time
   * @param payload copied before this method returns; may be empty
   * @return where the record is
   * @throws IllegalArgumentException when the id is empty or too long, the sequence negative, or
   *     the payload over the limit; nothing is appended
   */
  CompletableFuture<AppendResult> append(String producerId, long sequence, byte[] payload);

  /**
   * Appends several records atomically: all of them, with consecutive sequences and offsets, or
   * none. See {@link #append(String, long, byte[])}.
   *
   * @param producerId who appends, 1 to 255 bytes of UTF-8
   * @param firstSequence the producer's number for the first record
   * @param payloads at least one; together, with 9 bytes for each and 82 and the producer id's for
   *     the list, at most the log's batch limit
   * @return where the first record is
   * @throws IllegalArgumentException as above, or when the list is empty
   */
  CompletableFuture<AppendResult> append(
      String producerId, long firstSequence, List<byte[]> payloads);

  /**
   * Appends a message, exactly once; see {@link #append(String, long, byte[])}. Key and headers are
   * part of the record: the same sequence with other ones is a {@link SequenceReusedException}.
   *
   * @param producerId who appends, 1 to 255 bytes of UTF-8
   * @param sequence the producer's number for this record
   * @param message payload, key and headers; together, with 5 bytes for the message and 5 for each
   *     header, at most the log's payload limit
   * @return where the record is
   * @throws IllegalArgumentException as above
   */
  default CompletableFuture<AppendResult> append(
      String producerId, long sequence, Message message) {
    return appendMessages(producerId, sequence, List.of(message));
  }

  /**
   * Appends several messages atomically; see {@link #append(String, long, List)}.
   *
   * @param producerId who appends, 1 to 255 bytes of UTF-8
   * @param firstSequence the producer's number for the first record
   * @param messages at least one; together, with 14 bytes for each, 5 for each header, and 82 and
   *     the producer id's for the list, at most the log's batch limit
   * @return where the first record is
   * @throws IllegalArgumentException as above
   */
  CompletableFuture<AppendResult> appendMessages(
      String producerId, long firstSequence, List<Message> messages);

  /**
   * Registers a producer and becomes its one writer. Whoever had registered the same id before, on
   * any node, is fenced; the sequence goes on where it was, or begins with 0 if the log does not
   * remember the id, see {@link LogOptions.Builder#maxProducers}. The registration is replicated
   * and durable when the future completes.
   *
   * <p>Fails with {@link NoLeaderException} or {@link AppendOutcomeUnknownException} when that
   * takes longer than the log's append timeout, which begins again each time that somebody else's
   * registration of the id comes first, with {@link BackpressureException}, {@link
   * LogFailedException} or {@link NodeClosedException}; asking again is always safe.
   *
   * @param producerId 1 to 255 bytes of UTF-8
   * @return the producer
   * @throws IllegalArgumentException when the id is empty or too long
   */
  CompletableFuture<Producer> producer(String producerId);

  /**
   * Reads up to 10 committed records that this node knows; see {@link #read(long, ReadOptions)}.
   *
   * @param offset the first record's offset
   * @return the records from there on
   * @throws IllegalArgumentException when the offset is negative
   */
  default CompletableFuture<ReadResult> read(long offset) {
    return read(offset, ReadOptions.DEFAULT);
  }

  /**
   * Reads committed records that this node knows; see {@link #read(long, ReadOptions)}.
   *
   * @param offset the first record's offset
   * @param maxRecords how many at most
   * @return the records from there on
   * @throws IllegalArgumentException when the offset is negative or maxRecords below 1
   */
  default CompletableFuture<ReadResult> read(long offset, int maxRecords) {
    return read(offset, ReadOptions.DEFAULT.withMaxRecords(maxRecords));
  }

  /**
   * Reads committed records, on any node. Never returns a record that is not committed.
   *
   * <p>At the end of the log the result is empty, at once or, with {@link ReadOptions#withWaitFor},
   * when no record came in time. The future fails with {@link OffsetOutOfRangeException} beyond the
   * end, {@link OffsetTrimmedException} before the first retained record, {@link NoLeaderException}
   * when a linearizable read found no leader in time, or this node had not applied by then what the
   * leader has, {@link StaleReadException} when this node lags more than the options allow, {@link
   * BackpressureException} when too many reads wait already, for the log or for this node's disk,
   * {@link CorruptedLogException}, {@link LogFailedException} or {@link NodeClosedException}. A
   * caller who no longer wants to wait completes or cancels the future.
   *
   * @param offset the first record's offset
   * @param options how many, and what must be seen
   * @return the records from there on
   * @throws IllegalArgumentException when the offset is negative
   */
  CompletableFuture<ReadResult> read(long offset, ReadOptions options);

  /**
   * Finds where to begin to read by time: the first offset whose record was appended at or after a
   * time, by the timestamps of the log, which never decrease along it. Among the records that this
   * node knows to be committed; if all are older, their end. May have to read from the disk; fails
   * as {@link #read(long)} does.
   *
   * @param time the time; timestamps are in milliseconds
   * @return the offset
   */
  CompletableFuture<Long> offsetAt(Instant time);

  /**
   * Publishes records as they are committed; see {@link #subscribe(StartAt, SubscribeOptions)}.
   *
   * @param start where to begin
   * @return the publisher
   */
  default Flow.Publisher<LogRecord> subscribe(StartAt start) {
    return subscribe(start, SubscribeOptions.DEFAULT);
  }

  /**
   * Publishes records as they are committed and known to this node: each one once and in order, as
   * many as are requested, at the end of the log the next ones as they come. Nothing happens until
   * somebody subscribes; each subscriber has a subscription of its own, with its own start. One
   * that waits for records costs no thread.
   *
   * <p>{@code onSubscribe} is called on the subscribing thread, and {@code onError} too if the node
   * is closed by then. Else subscribers are called on threads of the node, one call at a time, and
   * may block there: that delays nobody else, as long as fewer than 256 do so on one node. One that
   * throws is logged, and its subscription is over.
   *
   * <p>A publisher never completes. A subscription ends when it is cancelled, or with {@code
   * onError}: {@link NodeClosedException} when the node is closed, {@link LogFailedException} or
   * {@link CorruptedLogException} when its replica has stopped, {@link OffsetOutOfRangeException}
   * when the start is beyond the end, as a leader confirmed, {@link OffsetTrimmedException} when
   * the next record was trimmed and the options do not say how to go on. What passes, as too many
   * reads that wait, is waited for. To go on elsewhere, subscribe at the offset after the last
   * record.
   *
   * @param start where to begin
   * @param options how to deliver
   * @return the publisher
   */
  Flow.Publisher<LogRecord> subscribe(StartAt start, SubscribeOptions options);

  /**
   * Becomes the owner of a durable subscription, which begins at the earliest record if there is
   * none of this name; see {@link #subscription(String, StartAt, SubscribeOptions)}.
   *
   * @param name 1 to 255 bytes of UTF-8
   * @return the subscription
   * @throws IllegalArgumentException when the name is empty or too long
   */
  default CompletableFuture<Subscription> subscription(String name) {
    return subscription(name, StartAt.earliest(), SubscribeOptions.DEFAULT);
  }

  /**
   * Becomes the owner of a durable subscription: a named position that is kept in the log. Whoever
   * owned it before, on any node, is fenced. The claim is replicated and durable when the future
   * completes.
   *
   * <p>Fails with {@link NoLeaderException} or {@link AppendOutcomeUnknownException} when that
   * takes longer than the log's append timeout, with {@link TooManySubscriptionsException}, {@link
   * OffsetOutOfRangeException} when a new one would begin beyond the log's end, {@link
   * BackpressureException}, {@link LogFailedException} or {@link NodeClosedException}; asking again
   * is always safe.
   *
   * @param name 1 to 255 bytes of UTF-8
   * @param start where it begins if the log has none of this name; else it goes on where it was
   * @param options how its records are delivered
   * @return the subscription
   * @throws IllegalArgumentException when the name is empty or too long
   */
  CompletableFuture<Subscription> subscription(
      String name, StartAt start, SubscribeOptions options);

  /**
   * The durable subscriptions that this node knows of, whoever owns them.
   *
   * @return how far each has come, by name
   */
  List<SubscriptionStatus> subscriptions();

  /**
   * The same log for callers who wait: appends, {@link #producer}, reads and {@link #offsetAt}. It
   * has no {@link #subscription}: wait for that one's future. Costs nothing; may be asked for again
   * and again.
   *
   * @return this log, with methods that block
   */
  default BlockingRaftLog blocking() {
    return new Blocking.OverLog(this);
  }

  /**
   * How this node's replica is doing.
   *
   * @return a snapshot
   */
  LogStatus status();
}
