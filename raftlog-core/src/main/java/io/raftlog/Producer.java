package io.raftlog;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The one writer of a producer id: numbers its appends itself, sends many without waiting, and
 * repeats them with the same sequence until they have an outcome. From {@link
 * RaftLog#producer(String)}. Thread-safe; no method blocks; futures complete on the node's callback
 * executor.
 *
 * <p>Whoever asks for the same id later, on any node, fences this one: nothing that it has in
 * flight is appended after that moment, and its appends fail with {@link ProducerFencedException}.
 *
 * <p>An outbox resumes exactly: after a restart, {@link #lastSequence} says how many of its items
 * are in the log, so item {@code lastSequence() + 1} is the next one to append. It says -1 for an
 * id that was forgotten, as for a new one: see {@link LogOptions.Builder#producerExpiry}.
 *
 * <p>When it is fenced, expired, or its id was misused beside it, it is over: what is with the log
 * already gets its own outcome, every later append fails with the same exception. Ask for a new
 * producer then.
 */
public interface Producer extends AutoCloseable {
  /**
   * The producer's name.
   *
   * @return the id that it was asked for with
   */
  String id();

  /**
   * Appends one record, exactly once, after all that were called before. The sequence is assigned
   * now, unless the append is refused now.
   *
   * <p>Repeats it for as long as it takes, through any number of leaders; {@link
   * CompletableFuture#orTimeout} limits the waiting, not the attempt.
   *
   * <p>Fails with {@link BackpressureException} at once when too many appends have no outcome yet:
   * no sequence was used, call again later. Fails for good, see above, with {@link
   * ProducerFencedException}, {@link UnknownProducerException} when the producer was idle for so
   * long that it was forgotten, {@link SequenceReusedException} when others append under its id, or
   * {@link LogFailedException} or {@link NodeClosedException} of this node; then ask for the
   * producer on another.
   *
   * @param payload copied before this method returns; may be empty
   * @return where the record is
   * @throws IllegalArgumentException when the payload is over the limit; no sequence was used
   */
  CompletableFuture<AppendResult> append(byte[] payload);

  /**
   * Appends several records atomically; see {@link #append(byte[])}.
   *
   * @param payloads at least one; together at most the log's batch limit, counted as in {@link
   *     RaftLog#append(String, long, List)}
   * @return where the first record is
   * @throws IllegalArgumentException when they cannot be appended; no sequence was used
   */
  CompletableFuture<AppendResult> append(List<byte[]> payloads);

  /**
   * Appends one message; see {@link #append(byte[])}.
   *
   * @param message payload, key and headers
   * @return where the record is
   * @throws IllegalArgumentException when it is over the limit; no sequence was used
   */
  CompletableFuture<AppendResult> append(Message message);

  /**
   * Appends several messages atomically; see {@link #append(byte[])}.
   *
   * @param messages at least one; together at most the log's batch limit, counted as in {@link
   *     RaftLog#appendMessages}
   * @return where the first record is
   * @throws IllegalArgumentException when they cannot be appended; no sequence was used
   */
  CompletableFuture<AppendResult> appendMessages(List<Message> messages);

  /**
   * The last sequence that is known to be in the log: what this producer's id had when it was
   * registered, and since then what was acknowledged here.
   *
   * @return the sequence, -1 when there is none
   */
  long lastSequence();

  /**
   * The offset of the record with {@link #lastSequence}.
   *
   * @return the offset, -1 when there is none
   */
  long lastOffset();

  /**
   * The same producer for callers who wait. Closing either closes both.
   *
   * @return this producer, with methods that block
   */
  default BlockingProducer blocking() {
    return new Blocking.OverProducer(this);
  }

  /**
   * Appends no more. What is with the log already gets its outcome; what was about to be repeated
   * fails with {@link AppendOutcomeUnknownException}, or with {@link NodeClosedException} if it is
   * not in the log for sure. The id remains known, so that the next producer of this id resumes.
   * Does not block; may be called twice.
   */
  @Override
  void close();
}
